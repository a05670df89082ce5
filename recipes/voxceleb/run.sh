#!/usr/bin/env bash
# Speaker verification on VoxCeleb1, VoxCeleb2 or a corpus in another layout: a student that learns
# alone, and the same student distilled from teachers that see faces, read texts or hear better.
#
# usage: ./run.sh --data DIR [--stage N] [--stop-stage M] [options]
# Other options: --KEY VALUE overrides a key of the student's or the distillation's YAML,
# --teacher.KEY VALUE a key of the teachers' YAMLs that have it, --teacher_face.KEY VALUE one of
# conf/teacher_face.yaml alone.
set -euo pipefail
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$recipe/../../tools/recipe.sh"

stage=0                            # the first stage to run
stop_stage=9                       # the last one
data=                              # the corpus: a folder or a table, or two (VoxCeleb1,VoxCeleb2)
corpus=auto                        # its kind, where its layout does not say it: voxceleb, folders, kaldi, ... (prepare_data.py --help)
trials=                            # trial lists, by comma; by default the corpus's veri_test2.txt
drop_trial_speakers=false          # true: leave speakers of the trials out of training, else stop on them
dev_speakers=                      # held out of training for model selection; by default a tenth
pack=                              # shar: stage 2 packs the audio in shards, for storage that dislikes small files
test=                              # further test sets, by comma: NAME=DIR, or NAME=DIR:LIST for other trials than its own
test_corpus=auto                   # their kind, as --corpus
skipped_limit=0.01                 # largest share of recordings, images or trials that may be unusable
faces=                             # of the corpus's speakers, where it has none of its own: <speaker>/<session>/<frame>.jpg
text=                              # sentences on speakers or utterances, lines `id<TAB>sentence`, or a table of facts; by default the corpus's speaker_text.tsv
join_below=                        # seconds: training utterances of a session that are shorter are joined to longer ones; 5 for CN-Celeb
by_session=                        # what sessions are, such as genre: RESULTS.md has results by that of the test utterance, too
teacher_faces=                     # faces of people beyond the corpus train the teacher too: <person>/<session>/<frame>.jpg
student=conf/student_small.yaml    # a SpeechBrain speaker-recognition YAML
teacher=conf/teacher_face.yaml     # or several, by comma: the terms of --distill name theirs
distill=conf/distill_soft.yaml     # what the student learns from the teachers
recluster=                         # a YAML such as conf/distill_joint_clusters.yaml: a student more, whose classes are clusters of what its teacher sees and the distilled one hears
ceiling=false                      # true: a student more that knows all speakers, where --labels keeps them from the others
fine_tune=                         # a YAML of overrides, such as conf/fine_tune.yaml: every student is trained on with it, a system more
exp=$recipe/exp                    # everything made goes here
nj=$(nproc)                        # parallel jobs where the work is per file
launch=                            # "torchrun --nproc_per_node 4", say, or ../../local/submit.py (Slurm): stages 2 to 7 on several processes
seed=1                             # of everything random
int8=false                         # true: stage 9 exports 8-bit weights, too, and says what they cost

parse_options "$@"
[[ $int8 =~ ^(true|false)$ ]] || die 2 "--int8 is true or false, not $int8"
[[ $pack =~ ^(shar)?$ ]] || die 2 "audio is packed as shar, not as $pack"
[ -n "$data" ] || [[ ! $stage =~ ^[01]$ ]] || die 1 "give the corpus: --data DIR (see --help)"
for choice in drop_trial_speakers ceiling; do
  [[ ${!choice} =~ ^(true|false)$ ]] || die 2 "--${choice//_/-} is true or false, not ${!choice}"
done
start voxceleb
drop=()
if [ "$drop_trial_speakers" = true ]; then drop=(--drop-trial-speakers); fi
test_sets "$test"
if [ -n "$fine_tune" ]; then
  for student_exp in "${students[@]}"; do students+=("$(tuned "$student_exp")"); done
fi

score_lists() { # score_lists SET EMBEDDINGS SCORES: all trial lists of a set
  local list stem enrolment
  for list in "$1"/trials/*; do
    stem=$(basename "${list%.*}")
    enrolment=$1/enrolment/$stem.txt
    if [ -f "$enrolment" ]; then enrolment=(--enrolment "$enrolment" --enrol-by average); else enrolment=(); fi
    speechdistill score --trials "$list" --embeddings "$2" "${enrolment[@]}" \
      --output "$3/$stem.txt" --skipped-limit "$skipped_limit" --log "$log"
  done
}

if begin 0 "check the corpus"; then
  "$python" "$local/check_data.py" --data "$data" --corpus "$corpus" ${test:+--test "$test"} --test-corpus "$test_corpus" --log "$log"
fi

if begin 1 "manifests, trials and the leak check"; then
  "$python" "$local/prepare_data.py" --data "$data" --corpus "$corpus" ${trials:+--trials "$trials"} \
    "${drop[@]}" ${dev_speakers:+--dev-speakers "$dev_speakers"} \
    ${faces:+--faces "$faces"} ${text:+--text "$text"} ${join_below:+--join-below "$join_below"} \
    ${teacher_faces:+--teacher-faces "$teacher_faces"} --output "$exp/data" --skipped-limit "$skipped_limit" \
    --nj "$nj" --seed "$seed" --log "$log"
  if [ -n "$test" ]; then
    "$python" "$local/prepare_tests.py" --test "$test" --test-corpus "$test_corpus" --data "$exp/data" --output "$exp/tests" \
      --skipped-limit "$skipped_limit" --nj "$nj" --seed "$seed" --log "$log"
  fi
fi

if begin 2 "quality of speech and faces"; then
  "${run[@]}" "$local/compute_quality.py" --data "$exp/data" "${tests[@]#*=}" --skipped-limit "$skipped_limit" --nj "$nj" --log "$log"
  if [ "$pack" = shar ]; then "$python" "$local/pack_data.py" --data "$exp/data" --nj "$nj" --log "$log"; fi
fi

if begin 3 "teachers: ${teacher_names:-none}"; then train_teachers; fi

if begin 4 "teacher targets"; then make_targets; fi

if begin 5 "student without teacher"; then
  # A student without teacher may have classes that are clusters of what the teacher says (--labels teacher).
  train_student "$baseline_exp" --distill "$none" ${targets[0]:+--targets "${targets[@]}"} \
    --recipe-overrides "${overrides[@]}"
  if [ "$ceiling" = true ]; then
    echo "the same with all speakers' labels"
    train_student "$ceiling_exp" --distill "$none" \
      --recipe-overrides "${overrides[@]}" --labels speaker --labelled_speakers 0
  fi
fi

if begin 6 "distilled student" && [ "$distilled_exp" != "$baseline_exp" ]; then
  train_student "$distilled_exp" --distill "$distill" --targets "${targets[@]}" --recipe-overrides "${overrides[@]}"
  if [ -n "$recluster" ]; then
    echo "one that learns from clusters of what its teacher sees and this one hears"
    train_student "$reclustered_exp" --distill "$recluster" --targets "${targets[@]}" \
      --recipe-overrides "${overrides[@]}" --labels teacher --voice "../$(basename "$distilled_exp")"
  fi
fi

if begin 7 "embeddings"; then
  "${run[@]}" "$local/extract_embeddings.py" --data "$exp/data" --student-exp "${students[@]}" --trust true --log "$log" \
    "${tests[@]/#/--test=}"
fi

if begin 8 "scores and results"; then
  [ -d "$exp/data/test/trials" ] || die 1 "missing $exp/data/test/trials: stage 1 makes it"
  systems=()
  for student_exp in "${students[@]}"; do
    score_lists "$exp/data/test" "$student_exp/embeddings/test" "$student_exp/scores"
    for one in "${tests[@]}"; do
      score_lists "${one#*=}/test" "$student_exp/embeddings/${one%%=*}" "$student_exp/scores/${one%%=*}"
    done
    systems+=(--system "$(basename "$student_exp")=$student_exp/scores")
  done
  "$python" "$local/report_results.py" --trials "$exp"/data/test/trials/* "${systems[@]}" \
    --student-exp "${students[@]}" --data "$exp/data" ${ceiling_exp:+--ceiling "$(basename "$ceiling_exp")"} \
    --output "$exp/RESULTS.md" --det-plot-folder "$exp" --command "$(results_command)" --seed "$seed" --log "$log" \
    --record "$exp/results.json" --skipped-limit "$skipped_limit" ${by_session:+--by-session "$by_session"} \
    --teacher-report "${teacher_reports[@]}" \
    --trained-on "$(tr , '\n' <<< "$data" | sed 's:/*$::; s:.*/::' | paste -sd+)" "${tests[@]/#/--test=}"
  if [ "$stop_stage" = 8 ]; then speechdistill report "$exp" --log "$log"; fi # else stage 9 writes the page
fi

if begin 9 "export: $(basename "${students[-1]}")"; then
  failed=0 unwritten=0
  speechdistill export "${students[-1]}" --data "$exp/data" --int8 "$int8" --trust true \
    --log "$log" || failed=$?
  if [ "$failed" -gt 1 ]; then exit "$failed"; fi # stopped by Ctrl-C, for one
  if [ -f "$exp/results.json" ]; then speechdistill report "$exp" --log "$log" || unwritten=$?; fi
  # That results of another day are stale is no fault of the export.
  if [ "$unwritten" -gt 1 ] || { [ "$unwritten" = 1 ] && [ "$stage" -lt 9 ]; }; then exit "$unwritten"; fi
  if [ "$failed" = 1 ]; then
    # An export that was asked for ends so; else the results stand.
    if [ "$stage" = 9 ] || [ "$int8" = true ]; then exit 1; fi
    echo "nothing is exported (see above); the results are in $exp/RESULTS.md" >&2
  fi
fi
