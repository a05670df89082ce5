#!/usr/bin/env bash
# The ablation: every row of a table of distillation settings, with several seeds, tested clean, under
# noise and on short utterances. Finished students are not trained again; a killed one goes on.
# With --sweep true nothing is tested: the rows are settings to choose from, by dev trials.
# Other options: --KEY VALUE overrides a key of the student's YAML in all rows, --teacher.KEY VALUE a key of
# the teachers' YAMLs that have it, --teacher_face.KEY VALUE one of conf/teacher_face.yaml alone.
set -euo pipefail
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$recipe/../../tools/recipe.sh"
. "$recipe/../../tools/ablation.sh"

data=                              # the corpus, as in run.sh
corpus=auto                        # as in run.sh
exp=$recipe/exp/ablation           # everything made goes here
rows=conf/ablation_rows.txt        # lines `row YAML [--KEY VALUE ...]`; the first is the baseline
distill=                           # ROW=YAML,...: another YAML for a row, or for a row of one's own
seeds=5                            # students per row, with seeds 1 to this
student=conf/student_small.yaml    # as in run.sh
teacher=conf/teacher_face.yaml     # or several, by comma: the terms of a row's YAML name theirs
dev_speakers=                      # held out for model selection; by default a tenth
skipped_limit=0.01                 # as in run.sh
test=                              # further test sets, as in run.sh: every student is tested on them, too
test_corpus=auto                   # their kind
teacher_faces=                     # faces of people beyond the corpus, that train the teacher too
conditions=true                    # false: test clean only, neither noisy nor short
sweep=false                        # true: train only, report the EER on dev trials
nj=$(nproc)                        # students trained at once
seed=1                             # of the splits, the teacher and the noise

parse_options "$@"
[ -n "$data" ] || die 1 "give the corpus: --data DIR (see --help)"
begin_ablation voxceleb --measure trials --skipped-limit "$skipped_limit"

"$recipe/run.sh" --stop-stage 4 --data "$data" --corpus "$corpus" --exp "$exp" --nj "$nj" \
  --seed "$seed" --skipped-limit "$skipped_limit" --student "$student" \
  --teacher "$teacher" ${dev_speakers:+--dev-speakers "$dev_speakers"} \
  ${test:+--test "$test"} --test-corpus "$test_corpus" \
  ${teacher_faces:+--teacher-faces "$teacher_faces"} "${overrides[@]}"

if [ "$sweep" = false ] && [ "$conditions" = true ]; then
  log=$exp/log/conditions.log
  echo "test conditions (log: $log)"
  "$python" "$local/make_conditions.py" --data "$exp/data" --skipped-limit "$skipped_limit" \
    --nj "$nj" --seed "$seed" --log "$log"
fi

train_and_report
