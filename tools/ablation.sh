# shellcheck shell=bash disable=SC2034,SC2154  # ablation.sh sets and uses the variables
# Sourced by ablation.sh after recipe.sh: what comes before its teachers, and its students after.

training_sets=()  # options on the training sets that are sampled, for train_grid.py

begin_ablation() { # begin_ablation RECIPE OPTION...: checks YAMLs, overrides and rows; OPTIONs say how students are tested
  local file own_rows=${distill:-}
  rows=$(find_file "$rows")
  grid=(--data "$exp/data" --cells "$exp/ablation" --rows "$rows" --recipe "$recipe" --seeds "$seeds" --nj "$nj" "${@:2}")
  check_whole 1 seeds
  split_at_commas "$own_rows"
  for file in "${parts[@]}"; do grid+=(--distill "$file"); done
  if [ -n "${test:-}" ]; then
    [ "$sweep" = false ] || die 2 "--sweep true tests nothing: leave out --test"
    test_sets "$test"
    grid+=("${tests[@]/#/--test=}")
  fi
  if [ "$sweep" = true ]; then grid+=(--sweep); fi
  # Overrides here are the student's or the teachers': each row has those of its distillation.
  check_yamls
  "$python" "$local/check_rows.py" "${grid[@]}" --student "$student"
  # A script that makes the corpus asks before it does.
  if [ -n "${SPEECHDISTILL_CHECK_ALONE:-}" ]; then exit 0; fi
  open_exp "$1/ablation.sh"
}

train_and_report() { # all students of the grid, then RESULTS.md or SWEEP.md
  local results=$exp/RESULTS.md
  name_teachers
  if [ "$sweep" = true ]; then results=$exp/SWEEP.md; fi
  "$python" "$local/train_grid.py" "${grid[@]}" "${training_sets[@]}" --student "$student" --targets "${targets[@]}" \
    --recipe-overrides "${overrides[@]}"
  "$python" "$local/report_grid.py" "${grid[@]}" --teacher-report "${teacher_reports[@]}" \
    --command "$SPEECHDISTILL_RUN_AS" --output "$results" --log "$exp/log/report.log"
}
