# shellcheck shell=bash disable=SC2034,SC2154  # the scripts set and use the variables
# Sourced by the scripts of all recipes: what they share. They set `recipe`, their folder, before.
. "$(dirname "${BASH_SOURCE[0]}")/parse_options.sh"
. "$(dirname "${BASH_SOURCE[0]}")/experiment.sh"

last_stage=9

stem() { basename "$1" .yaml; }

find_file() { # find_file FILE: the file, or that of the recipe
  if [ -f "$1" ]; then echo "$1"; return; fi
  [ -f "$recipe/$1" ] || die 1 "no such file: $1 (the recipe has $(cd "$recipe" && echo conf/*."${1##*.}"))"
  echo "$recipe/$1"
}

check_stages() {
  local number
  for number in "$stage" "$stop_stage"; do
    [[ $number =~ ^[0-9]$ && $number -le $last_stage ]] || die 2 "stages are 0 to $last_stage, not $number"
  done
}

check_whole() { # check_whole FROM NAME...: these options are whole numbers from FROM on
  local name
  for name in "${@:2}"; do
    if ! [[ ${!name} =~ ^(0|[1-9][0-9]{0,8})$ ]] || [ "${!name}" -lt "$1" ]; then
      die 2 "--${name//_/-} is a whole number from $1, of at most 9 digits, not ${!name}"
    fi
  done
}

test_sets() { # test_sets NAME=DIR[:LIST],...: sets `tests` to NAME=FOLDER, where stage 1 puts each
  local part
  tests=()
  while IFS= read -r part; do
    if [[ $part =~ ^[[:space:]]*([A-Za-z0-9_.+-]+)= ]]; then tests+=("${BASH_REMATCH[1]}=$exp/tests/${BASH_REMATCH[1]}"); fi
  done < <(tr , '\n' <<< "$1")
}

split_at_commas() { # split_at_commas FILE,...: sets `parts`; the name of a file may have commas and blanks itself
  if [ -f "$1" ] || [ -f "$recipe/$1" ]; then parts=("$1"); else IFS=, read -ra parts <<< "$1"; fi
}

check_yamls() { # check_yamls OPTION...: those of the student, the teachers and OPTIONs, and the overrides of their keys
  local file name given_on=()
  [[ $exp != *\<*\>* ]] || die 1 "--exp $exp: YAMLs would take <...> in it for a key: rename it"
  check_whole 1 nj
  check_whole 0 seed
  for name in dev_speakers skipped_limit label_noise degraded test; do
    if [ -n "${!name:-}" ]; then given_on+=("--${name//_/-}=${!name}"); fi
  done
  student=$(find_file "$student") teachers=() extras=()
  split_at_commas "$teacher"
  for file in "${parts[@]}"; do teachers+=("$(find_file "$file")"); done
  # What these YAMLs and the export need installed.
  mapfile -t extras < <(sed -nE 's/^extra: *(\w+).*/\1/p' /dev/null "${teachers[@]}")
  if [[ ${launch:-} == *submit.py* ]]; then extras+=(slurm); fi
  # Of a whole run the export makes do with what is installed.
  if [ "${stage:-0}" = 9 ] || [ "${int8:-false}" = true ]; then extras+=(onnx); fi
  # shellcheck source=tools/path.sh
  . "$recipe/../../tools/path.sh"
  local=$root/local
  if [ "${stage:-0}" -le 6 ] && [ "${stop_stage:-9}" -ge 5 ]; then given_on+=(--trains); fi
  for file in "${images:-${data:-}}" "${faces:-}" "${teacher_faces:-}"; do
    if [ -n "$file" ]; then given_on+=("--data=$file"); fi
  done
  "$python" "$local/check_options.py" --exp="$exp" --seed "$seed" --student "$student" --teacher "${teachers[@]}" "$@" "${given_on[@]}" \
    --options "${options[@]}" --recipe-overrides "${overrides[@]}"
}

name_teachers() { # sets `targets` and `teacher_reports`, what stages 3 and 4 make of `teachers`
  local file
  targets=() teacher_reports=()
  for file in "${teachers[@]}"; do
    file=$exp/$(stem "$file")
    targets+=("$file/targets") teacher_reports+=("$file/report.json")
  done
}

start() { # start RECIPE: checks what run.sh was given before any stage; names what the stages make
  check_stages
  distill=$(find_file "$distill")
  if [ -n "${fine_tune:-}" ]; then fine_tune=$(find_file "$fine_tune"); fi
  if [ -n "${recluster:-}" ]; then recluster=$(find_file "$recluster"); fi
  check_yamls --distill "$distill" ${recluster:+"$recluster"} ${fine_tune:+--fine-tune "$fine_tune"}
  # A script that makes the corpus asks before it does.
  if [ -n "${SPEECHDISTILL_CHECK_ALONE:-}" ]; then exit 0; fi
  if [ "$stage" -le "$stop_stage" ]; then open_exp "$1/run.sh"; fi
  run=("$python") # how a stage that several processes can share is started
  if [ -n "${launch:-}" ]; then read -ra run <<< "$launch --"; fi
  none=$recipe/conf/distill_none.yaml
  baseline_exp=$exp/$(stem "$student")-$(stem "$none")
  distilled_exp=$exp/$(stem "$student")-$(stem "$distill")
  students=("$baseline_exp" "$distilled_exp") ceiling_exp=
  if [ "$distilled_exp" = "$baseline_exp" ]; then
    if [ -n "${recluster:-}" ]; then die 2 "--recluster needs a distilled student: give --distill"; fi
    students=("$baseline_exp")
    # Its classes may be clusters of what a teacher says.
    [[ " ${overrides[*]} " == *" --labels teacher "* ]] || teachers=()
  fi
  if [ "${ceiling:-false}" = true ]; then
    ceiling_exp=$exp/$(stem "$student")-speaker_labels
    students=("$baseline_exp" "$ceiling_exp" "${students[@]:1}")
  fi
  if [ -n "${recluster:-}" ]; then
    reclustered_exp=$exp/$(stem "$student")-$(stem "$recluster")
    students+=("$reclustered_exp")
  fi
  teacher_names=${teachers[*]##*/}
  name_teachers
}

begin() { # begin STAGE WHAT: true if the stage is asked for; names its log; the one before has ended well
  if [ -n "${stage_begun:-}" ]; then note_stage "done" "$stage_begun"; fi
  stage_begun=
  [ "$stage" -le "$1" ] && [ "$stop_stage" -ge "$1" ] || return 1
  log=$exp/log/stage$1.log
  echo "stage $1: $2 (log: $log)"
  note_stage begun "$1"
  stage_begun=$1
}

train_teachers() {
  local file
  for file in "${teachers[@]}"; do
    "${run[@]}" "$local/train_teacher.py" --data "$exp/data" --teacher "$file" --output "$exp/$(stem "$file")" \
      --seed "$seed" --log "$log" --recipe-overrides "${overrides[@]}"
  done
}

make_targets() { # of the trained teachers
  local folder
  for folder in "${targets[@]}"; do
    "${run[@]}" "$local/make_targets.py" --data "$exp/data" --teacher-exp "$(dirname "$folder")" --trust true --log "$log"
  done
}

tuned() { echo "$1-$(stem "$fine_tune")"; }

train_student() { # train_student FOLDER OPTION...: also fine-tunes it if that is asked for
  local command=("${run[@]}" "$local/train_student.py" --data "$exp/data" --student "$student" --seed "$seed" --log "$log")
  "${command[@]}" --output "$1" "${@:2}"
  if [ -n "${fine_tune:-}" ]; then
    echo "fine-tuning into $(tuned "$1")"
    "${command[@]}" --output "$(tuned "$1")" --fine-tune "$fine_tune" "$1" "${@:2}"
  fi
}
