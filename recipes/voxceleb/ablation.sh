#!/usr/bin/env bash
# The ablation: every row of a table of distillation settings, with several seeds, tested clean, under
# noise and on short utterances. Finished students are not trained again; a killed one goes on.
# With --sweep true nothing is tested: the rows are settings to choose from, by dev trials.
set -euo pipefail
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$recipe/../../tools/parse_options.sh"
. "$recipe/../../tools/read_rows.sh"

data=                              # the corpus, as in run.sh
exp=$recipe/exp/ablation           # everything made goes here
rows=conf/ablation_rows.txt        # lines: row, distillation YAML, overrides; the first is the baseline
distill=                           # ROW=YAML,...: another YAML for a row, or for a row of one's own
seeds=5                            # students per row, with seeds 1 to this
student=conf/student_small.yaml
teacher=conf/teacher_face.yaml     # or several, by comma: the terms of a row's YAML name theirs
dev_speakers=                      # held out for model selection
skipped_limit=0.01                 # as in run.sh
teacher_faces=                     # faces of people beyond the corpus, that train the teacher too
conditions=true                    # false: test clean only
sweep=false                        # true: train only, report the EER on dev trials
nj=$(nproc)                        # students trained at once
seed=1                             # of the splits, the teacher and the noise
options=(data exp rows distill seeds student teacher dev-speakers skipped-limit teacher-faces conditions sweep nj seed)

usage() {
  cat << EOF
usage: ./ablation.sh --data DIR [options] [--YAML_KEY VALUE ...]
  --data DIR[,DIR2]       corpus, as in run.sh
  --exp DIR               default: $exp
  --rows FILE             lines \`row YAML [--KEY VALUE ...]\`, the first the baseline (default: $rows)
  --distill ROW=YAML,...  another YAML for a row, or for a row of one's own
  --seeds N               students per row (default: $seeds)
  --student YAML          default: $student
  --teacher YAML[,YAML2]  default: $teacher
  --dev-speakers N        held out for model selection (default: a tenth)
  --skipped-limit SHARE, --teacher-faces DIR    as in run.sh
  --conditions false      test clean only, neither noisy nor short
  --sweep true            test nothing: report the rows' EER on dev trials, to choose among them
  --nj N, --seed N        default: $nj, $seed
  --KEY VALUE             overrides a key of the student's YAML, in all rows
  --teacher.KEY VALUE     overrides a key of the teachers' YAMLs that have it; --teacher_face.KEY of one
EOF
}

parse_options "$@"
yaml() { if [ -f "$1" ] || [ ! -f "$recipe/$1" ]; then echo "$1"; else echo "$recipe/$1"; fi; }
rows=$(yaml "$rows") student=$(yaml "$student")
teachers=()
for file in ${teacher//,/ }; do teachers+=("$(yaml "$file")"); done
[ -n "$data" ] || die 1 "give the corpus: --data DIR (see --help)"
[[ $seeds =~ ^[1-9][0-9]*$ ]] || die 2 "--seeds is a number from 1, not $seeds"
for file in "$rows" "$student" "${teachers[@]}"; do
  [ -f "$file" ] || die 1 "no such file: $file (those of the recipe are in $recipe/conf)"
done

read_rows "$rows"
for pair in ${distill//,/ }; do
  [[ $pair == ?*=?* ]] || die 2 "--distill wants ROW=YAML, not $pair"
  add_row "${pair%%=*}" "${pair#*=}"
done
check_rows
forward_overrides
distill=/dev/null # overrides here are the student's or the teacher's: each row has its own
route_overrides
if [ -z "${results_command:-}" ]; then remember_options voxceleb/ablation.sh; fi
export results_command
. "$recipe/../../tools/path.sh"

targets=() teacher_reports=()
for file in "${teachers[@]}"; do
  folder=$exp/$(basename "$file" .yaml)
  targets+=("$folder/targets") teacher_reports+=("$folder/report.json")
done
local=$root/local

"$recipe/run.sh" --stop-stage 4 --data "$data" --exp "$exp" --nj "$nj" \
  --seed "$seed" --skipped-limit "$skipped_limit" --student "$student" \
  --teacher "$(IFS=,; echo "${teachers[*]}")" ${dev_speakers:+--dev-speakers "$dev_speakers"} \
  ${teacher_faces:+--teacher-faces "$teacher_faces"} "${others[@]}"

if [ "$sweep" = false ] && [ "$conditions" = true ]; then
  log=$exp/log/conditions.log
  echo "test conditions (log: $log)"
  "$python" "$local/make_conditions.py" --data "$exp/data" --skipped-limit "$skipped_limit" \
    --nj "$nj" --seed "$seed" --log "$log"
fi

echo "${#names[@]} rows with seeds 1 to $seeds, $nj students at once (logs: $exp/ablation/<row>/seed<N>/log)"
if [ "$sweep" = true ]; then reached=trained; else reached=tested; fi
jobs=$exp/ablation_jobs
for ((number = 1; number <= seeds; number++)); do
  for row in "${names[@]}"; do
    folder=$exp/ablation/$row/seed$number
    [ -e "$folder/$reached" ] ||
      echo "$(printf '%q ' "$folder" "$number" "${yaml_of[$row]}") ${overrides_of_row[$row]} ${student_overrides[*]}"
  done
done | sed 's/ *$//' > "$jobs" # xargs joins a line that ends in a blank with the next
target_folders=$(printf '%s\n' "${targets[@]}")
export python data=$exp/data student target_folders reached skipped_limit
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$((nj < $(nproc) ? $(nproc) / nj : 1))}
xargs -r -P "$nj" -L 1 "$local/ablation_cell.sh" < "$jobs" ||
  die 1 "some students failed, as said above; the same command goes on with what is missing"

if [ "$sweep" = true ]; then
  "$python" "$local/report_sweep.py" --cells "$exp/ablation" --rows "${names[@]}" --seeds "$seeds" --command "$results_command" \
    --output "$exp/SWEEP.md" --log "$exp/log/report.log"
else
  "$python" "$local/report_ablation.py" --data "$exp/data" --cells "$exp/ablation" --rows "${names[@]}" \
    --baseline "${names[0]}" --seeds "$seeds" ${controls[0]:+--control "${controls[@]}"} --teacher-report "${teacher_reports[@]}" --command "$results_command" \
    --skipped-limit "$skipped_limit" --output "$exp/RESULTS.md" --nj "$nj" --log "$exp/log/report.log"
fi
