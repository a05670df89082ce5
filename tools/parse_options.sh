# shellcheck shell=bash disable=SC2034  # the scripts use the arrays
# Sourced by every script of a recipe, as Kaldi's utils/parse_options.sh. Its options are its lines
# `name=default  # what it is` before the line `parse_options "$@"`, which sets them (--stop-stage 3 sets
# stop_stage=3) and gathers all other --KEY VALUE in `overrides`: Python knows what they mean.

die() { # die EXIT_CODE MESSAGE
  echo "${0##*/}: error: $2" >&2
  exit "$1"
}

declared_options() { # lines NAME<TAB>WHAT IT IS
  sed -nE '/^parse_options/q; s/^([a-z_][a-z0-9_]*)=.*[ ]# (.+)$/\1\t\2/p' "$0"
}

usage() { # the script's first comment, its options and its stages
  local name what
  sed -nE '2,/^set /s/^# ?//p' "$0"
  printf '\nOptions:\n'
  while IFS=$'\t' read -r name what; do
    printf '  --%-20s %s\n' "${name//_/-}" "$what${!name:+ (default: ${!name})}"
  done < <(declared_options)
  sed -nE 's/^if begin ([0-9]) "([^":$]+).*/  stage \1: \2/p' "$0"
}

parse_options() {
  options=() overrides=() given=()
  local name
  mapfile -t options < <(declared_options | cut -f 1 | tr _ -)
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) usage; exit 0 ;;
      --?*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
      --?*) ;;
      *) die 2 "unexpected argument $1: options begin with --" ;;
    esac
    [ $# -ge 2 ] || die 2 "the option $1 needs a value"
    name=${1#--}
    if [ "$name" = test ] && [ -n "${test:-}" ]; then
      test+=,$2 # it may be given several times
    elif [[ " ${options[*]} " == *" $name "* ]]; then
      printf -v "${name//-/_}" %s "$2"
    else
      overrides+=("$1" "$2")
    fi
    # What RESULTS.md shows: all that a result depends on, not how the run was cut up.
    [[ " stage stop-stage exp nj launch pack int8 " == *" $name "* ]] || given+=("$1" "$2")
    shift 2
  done
}
