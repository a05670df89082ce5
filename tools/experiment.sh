# shellcheck shell=bash disable=SC2154  # the scripts set the variables
# Sourced by recipe.sh: what a run writes into --exp of itself. One run at a time holds the folder, and
# commands.tsv has the options that each stage was run with, for the report.

lock_exp() { # holds $exp until this script and all that it started have ended; across hosts as flock(2) is
  local fd holder reason
  if ! mkdir -p "$exp" 2> /dev/null || ! : 2> /dev/null >> "$exp/.lock"; then
    die 1 "cannot write to $exp: give another --exp"
  fi
  # A script that called this one holds it already: its open files are this one's, too.
  for fd in ${SPEECHDISTILL_LOCKS:-}; do
    if [ "/dev/fd/$fd" -ef "$exp/.lock" ]; then return; fi
  done
  if ! command -v flock > /dev/null; then
    echo "${0##*/}: there is no flock(1) to lock $exp with: start no second run in it" >&2
    return
  fi
  exec {fd}>> "$exp/.lock"
  if ! reason=$(flock -n "$fd" 2>&1); then
    if [ -z "$reason" ]; then
      holder=$(tr -cd '[:print:]' < "$exp/.lock")
      die 1 "$exp is in use by ${holder:-another run}: wait until all that it started has ended, or give another --exp"
    fi
    echo "${0##*/}: $exp cannot be locked ($reason): start no second run in it" >&2
  fi
  # On a full disk the lock names nobody, and holds.
  echo "process $$ on $(uname -n)" 2> /dev/null > "$exp/.lock" || true
  export SPEECHDISTILL_LOCKS="${SPEECHDISTILL_LOCKS:-} $fd"
}

quoted() { # quoted WORD...: on one line, as a shell takes them
  local word
  for word in "$@"; do
    if [[ $word =~ ^[A-Za-z0-9_@%+=:,./-]+$ ]]; then printf ' %s' "$word"; else printf ' %s' "${word@Q}"; fi
  done
}

options_once() { # the words of `given`, sorted by option; the last value of each counts
  local -A last=()
  local index name
  for ((index = 0; index < ${#given[@]}; index += 2)); do last[${given[index]}]=${given[index + 1]}; done
  while read -r name; do
    if [ -n "$name" ]; then quoted "$name" "${last[$name]}"; fi
  done < <(printf '%s\n' "${!last[@]}" | sort)
}

open_exp() { # open_exp RECIPE/SCRIPT: locks $exp; `SPEECHDISTILL_RUN_AS` is what its report names, unless a script called this one
  lock_exp
  if [ -n "${SPEECHDISTILL_RUN_AS:-}" ]; then return; fi
  SPEECHDISTILL_RUN_AS=./recipes/$1$(options_once)
  export SPEECHDISTILL_RUN_AS
}

note_stage() { # note_stage begun|done STAGE
  local reason
  if ! reason=$({ printf '%s\t%s\t%s\n' "$1" "$2" "$SPEECHDISTILL_RUN_AS" >> "$exp/commands.tsv"; } 2>&1); then
    reason=${reason##*: }
    die 1 "cannot write $exp/commands.tsv: ${reason,,}: allow it, free some space, or give another --exp"
  fi
}

stage_line() { # stage_line FIRST LAST COMMAND: the command of these stages
  local script=${3%% *} stages=" --stage $1 --stop-stage $2"
  if [ "$script" = "#" ]; then echo "# stages $1 to $2:${3#"#"}"; return; fi
  if [ "$1-$2" = 0-8 ] || [ "${script##*/}" != run.sh ]; then stages=; fi # other scripts know no stages
  echo "$script$stages${3#"$script"}"
}

results_command() { # what stages 0 to 7 were done with, and 8 is now: a line for each group that has the same options
  local event number command first=0 cut=" # did not end"
  local -a finished=() begun=()
  while IFS=$'\t' read -r event number command; do
    case $event-$number in
      begun-[0-8]) begun[number]=$command ;;
      done-[0-8]) finished[number]=$command begun[number]= ;;
    esac
  done < "$exp/commands.tsv"
  finished[8]=$SPEECHDISTILL_RUN_AS
  for number in {0..8}; do
    command=${finished[number]:-${begun[number]:+${begun[number]}$cut}}
    finished[number]=${command:-"# it is not known what made them"}
  done
  for number in {0..8}; do
    command=${finished[number]}
    if [ "$number" != 8 ] && [ "$command" = "${finished[number + 1]}" ]; then continue; fi
    stage_line "$first" "$number" "$command"
    first=$((number + 1))
  done
  for number in {0..7}; do # begun again, with other options than it ended with
    command=${begun[number]:+${begun[number]}$cut}
    case $command in
      "" | "${finished[number]}" | "${finished[number]}$cut") ;;
      *) stage_line "$number" "$number" "$command" ;;
    esac
  done
}
