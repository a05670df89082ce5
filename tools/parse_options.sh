# shellcheck shell=bash disable=SC2034,SC2154  # run.sh sets options, exp, student, ...; uses results_command
# Sourced by run.sh. parse_options sets the variable of every option named in the array `options`
# (--stop-stage 3 sets stop_stage=3) and gathers the rest, KEY VALUE by KEY VALUE, in the array
# `overrides`; route_overrides hands those to the YAMLs that have the key, forward_overrides to another script.

die() { # die EXIT_CODE MESSAGE
  echo "run.sh: error: $2" >&2
  exit "$1"
}

yaml() { # yaml FILE: the file, or that of the recipe
  if [ -f "$1" ] || [ ! -f "$recipe/$1" ]; then echo "$1"; else echo "$recipe/$1"; fi
}

nearest() { # nearest NAME CANDIDATE...: the candidate most like NAME
  python3 -c 'import difflib, sys; print(difflib.get_close_matches(sys.argv[1], sys.argv[2:], 1, 0)[0])' "$@"
}

yaml_keys() { # yaml_keys FILE...: their top-level keys
  sed -nE 's/^([A-Za-z][A-Za-z0-9_]*)\s*:.*/\1/p' "$@"
}

has_key() { # has_key FILE KEY
  [[ $2 =~ ^[A-Za-z][A-Za-z0-9_]*$ ]] && grep -qE "^$2\s*:" "$1"
}

options=() # by default those that the script declares
declared_options() { # lines NAME<TAB>WHAT IT IS, of the lines `name=default  # what it is` of the script
  sed -nE 's/^([a-z_]+)=.*[ ]# (.+)$/\1\t\2/p' "$0"
}

usage() { # the script's first comment, and the options that it declares
  local name what
  sed -nE '2,/^set /s/^# ?//p' "$0"
  while IFS=$'\t' read -r name what; do
    printf '  --%-18s %s\n' "${name//_/-}" "$what${!name:+ (default: ${!name})}"
  done < <(declared_options)
}

parse_options() {
  overrides=() given=()
  local name
  if [ "${#options[@]}" -eq 0 ]; then mapfile -t options < <(declared_options | cut -f 1 | tr _ -); fi
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) usage; exit 0 ;;
      --?*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
      --?*) ;;
      *) die 2 "unexpected argument $1: options begin with --" ;;
    esac
    [ $# -ge 2 ] || die 2 "the option $1 needs a value"
    name=${1#--}
    if [[ " ${options[*]} " == *" $name "* ]]; then
      printf -v "${name//-/_}" %s "$2"
    else
      overrides+=("$name" "$2")
    fi
    # What RESULTS.md shows: all that a result depends on, not how the run was cut up.
    [[ " stage stop-stage exp nj launch pack " == *" $name "* ]] || given+=("$1" "$2")
    shift 2
  done
}

remember_options() { # remember_options SCRIPT: sets `results_command` from all options ever given for $exp
  local file=$exp/options index
  if ! mkdir -p "$exp" || ! touch "$file"; then die 1 "cannot write to $exp: give another --exp"; fi
  for ((index = 0; index < ${#given[@]}; index += 2)); do
    if ! { grep -v -- "^${given[index]} " "$file" || true; echo "${given[index]} ${given[index + 1]}"; } |
      sort > "$file.partial"; then
      rm -f "$file.partial"
      die 1 "cannot write $file: free some space, or give another --exp"
    fi
    mv "$file.partial" "$file"
  done
  results_command="./recipes/$1$(sed 's/^/ /' "$file" | tr -d '\n')"
}

forward_overrides() { # sets `others`: the overrides as they were given
  others=()
  local index
  for ((index = 0; index < ${#overrides[@]}; index += 2)); do
    others+=("--${overrides[index]}" "${overrides[index + 1]}")
  done
}

is_meant_for() { # is_meant_for TEACHER NAME: NAME is teacher.KEY or <name of this YAML>.KEY, and it has the KEY
  local whom=${2%%.*}
  [[ $2 == *.* ]] && [[ $whom == teacher || $whom == "$(basename "$1" .yaml)" ]] && has_key "$1" "${2#*.}"
}

is_meant_for_any() { # is_meant_for_any NAME TEACHER...
  local name=$1 file
  shift
  for file in "$@"; do if is_meant_for "$file" "$name"; then return 0; fi; done
  return 1
}

overrides_of() { # overrides_of TEACHER: sets `own_overrides`, those of the teachers that are meant for this YAML
  own_overrides=()
  local index name
  for ((index = 0; index < ${#teacher_overrides[@]}; index += 2)); do
    name=${teacher_overrides[index]}
    if is_meant_for "$1" "$name"; then own_overrides+=("--${name#*.}" "${teacher_overrides[index + 1]}"); fi
  done
}

route_overrides() { # uses the files $student, $distill and "${teachers[@]}"
  student_overrides=() distill_overrides=() teacher_overrides=()
  local index key value known names
  for ((index = 0; index < ${#overrides[@]}; index += 2)); do
    key=${overrides[index]} value=${overrides[index + 1]} known=false
    if has_key "$student" "$key"; then student_overrides+=("--$key" "$value") known=true; fi
    if has_key "$distill" "$key"; then distill_overrides+=("--$key" "$value") known=true; fi
    if is_meant_for_any "$key" "${teachers[@]}"; then teacher_overrides+=("$key" "$value") known=true; fi
    if ! $known; then
      # shellcheck disable=SC2207  # keys hold no blanks
      names=("${options[@]}" $(yaml_keys "$student" "$distill") $(yaml_keys "${teachers[@]}" | sed 's/^/teacher./'))
      die 2 "unknown option --$key: no option of run.sh, no key of the YAMLs; the nearest is --$(nearest "$key" "${names[@]}")"
    fi
  done
}
