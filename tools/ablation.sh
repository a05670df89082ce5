# shellcheck shell=bash disable=SC2034,SC2154  # ablation.sh sets and uses the variables
# Sourced by ablation.sh after parse_options.sh: what comes before its teachers, and its students after.

data_overrides=() # what the student's YAML needs for the data
training_sets=()  # options on the training sets that are sampled, for train_grid.py

begin_ablation() { # begin_ablation RECIPE OPTION...: checks YAMLs, overrides and rows; OPTIONs say how students are tested
  local file own_rows=${distill:-}
  rows=$(yaml "$rows") student=$(yaml "$student") teachers=()
  for file in ${teacher//,/ }; do teachers+=("$(yaml "$file")"); done
  for file in "$student" "${teachers[@]}"; do
    [ -f "$file" ] || die 1 "no such file: $file (those of the recipe are in $recipe/conf)"
  done
  forward_overrides
  overrides=("${data_overrides[@]}" "${overrides[@]}")
  distill=/dev/null # overrides here are the student's or the teacher's: each row has its own
  route_overrides
  # shellcheck source=tools/path.sh
  . "$recipe/../../tools/path.sh"
  local=$root/local
  grid=(--data "$exp/data" --cells "$exp/ablation" --rows "$rows" --recipe "$recipe" --seeds "$seeds" --nj "$nj" "${@:2}")
  for file in ${own_rows//,/ }; do grid+=(--distill "$file"); done
  if [ "$sweep" = true ]; then grid+=(--sweep); fi
  "$python" "$local/check_rows.py" "${grid[@]}"
  if [ -z "${results_command:-}" ]; then remember_options "$1/ablation.sh"; fi
  export results_command
}

train_and_report() { # all students of the grid, then RESULTS.md or SWEEP.md
  local file targets=() reports=() results=$exp/RESULTS.md
  for file in "${teachers[@]}"; do
    file=$exp/$(basename "$file" .yaml)
    targets+=("$file/targets") reports+=("$file/report.json")
  done
  if [ "$sweep" = true ]; then results=$exp/SWEEP.md; fi
  "$python" "$local/train_grid.py" "${grid[@]}" "${training_sets[@]}" --student "$student" --targets "${targets[@]}" "${student_overrides[@]}"
  "$python" "$local/report_grid.py" "${grid[@]}" --teacher-report "${reports[@]}" \
    --command "$results_command" --output "$results" --log "$exp/log/report.log"
}
