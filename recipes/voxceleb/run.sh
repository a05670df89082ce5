#!/usr/bin/env bash
# Speaker verification on VoxCeleb1, VoxCeleb2 or any corpus in their layout: a student that learns
# alone, and the same student distilled from teachers that see faces, read texts or hear better.
set -euo pipefail
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$recipe/../../tools/parse_options.sh"

stage=0
stop_stage=8
data=                              # the corpus: a folder, or two (VoxCeleb1,VoxCeleb2)
trials=                            # trial lists, by comma; by default the corpus's veri_test2.txt
drop_trial_speakers=false          # true: leave speakers of the trials out of training
dev_speakers=                      # held out of training for model selection; by default a tenth
pack=                              # shar: stage 2 packs the audio in shards, for storage that dislikes small files
skipped_limit=0.01                 # largest share of recordings, images or trials that may be unusable
teacher_faces=                     # faces of people beyond the corpus, that train the teacher too
student=conf/student_small.yaml    # a SpeechBrain speaker-recognition YAML
teacher=conf/teacher_face.yaml      # or several, by comma: the terms of --distill name theirs
distill=conf/distill_soft.yaml
fine_tune=                         # a YAML of overrides, such as conf/fine_tune.yaml: students are trained on with it
exp=$recipe/exp                    # everything made goes here
nj=$(nproc)                        # parallel jobs where the work is per file
launch=                            # what starts several processes for stages 2 to 7
seed=1
options=(stage stop-stage data trials drop-trial-speakers dev-speakers pack skipped-limit teacher-faces student teacher distill fine-tune exp nj launch seed)

usage() {
  cat << EOF
usage: ./run.sh --data DIR [--stage N] [--stop-stage M] [options] [--YAML_KEY VALUE ...]
  --data DIR[,DIR2]           corpus in VoxCeleb1's or VoxCeleb2's layout, or one of each
  --trials LIST[,LIST2]       trial lists (default: veri_test2.txt in the corpus)
  --drop-trial-speakers true  leave speakers of the trials out of training (default: stop on them)
  --dev-speakers N            held out of training for model selection (default: a tenth)
  --pack shar                 stage 2 packs the audio in shards, which are read in place of single files
  --skipped-limit SHARE       of recordings, images or trials that may be unusable (default: $skipped_limit)
  --teacher-faces DIR         faces of people beyond the corpus train the teacher too:
                              DIR/<person>/<session>/<frame>.jpg
  --student YAML              default: $student
  --teacher YAML[,YAML2]      default: $teacher
  --distill YAML              default: $distill
  --fine-tune YAML            train every student on from where it is, with these overrides of its
                              YAML, such as conf/fine_tune.yaml: a system more (default: none)
  --exp DIR                   default: $exp
  --nj N, --seed N            default: $nj, $seed
  --launch COMMAND            stages 2 to 7 on several processes: "torchrun --nproc_per_node 4", or
                              "../../local/submit.py --nodes 2 --tasks-per-node 4" on a Slurm cluster
  --KEY VALUE                 overrides a key of the student's or the distillation's YAML
  --teacher.KEY VALUE         overrides a key of the teachers' YAMLs that have it
Stages: 0 check data, 1 manifests and trials, 2 quality, 3 teachers, 4 teacher targets,
        5 student without teacher, 6 distilled student, 7 embeddings, 8 scores and RESULTS.md
EOF
}

parse_options "$@"
student=$(yaml "$student") distill=$(yaml "$distill")
teachers=()
for file in ${teacher//,/ }; do teachers+=("$(yaml "$file")"); done
for file in "$student" "${teachers[@]}" "$distill"; do
  [ -f "$file" ] || die 1 "no such YAML: $file (those of the recipe are in $recipe/conf)"
done
if [ -n "$fine_tune" ]; then
  fine_tune=$(yaml "$fine_tune")
  [ -f "$fine_tune" ] || die 1 "no such YAML: $fine_tune (that of the recipe is conf/fine_tune.yaml)"
  for key in $(yaml_keys "$fine_tune"); do
    # shellcheck disable=SC2046  # keys hold no blanks
    [ "$key" = distillation ] || has_key "$student" "$key" ||
      die 1 "$fine_tune: $student has no key $key; the nearest is $(nearest "$key" $(yaml_keys "$student"))"
  done
fi
route_overrides
for number in "$stage" "$stop_stage"; do
  [[ $number =~ ^[0-8]$ ]] || die 2 "stages are 0 to 8, not $number"
done
[[ $pack =~ ^(shar)?$ ]] || die 2 "audio is packed as shar, not as $pack"
[ -n "$data" ] || [ "$stage" -gt 1 ] || die 1 "give the corpus: --data DIR (see --help)"
if [ -z "${results_command:-}" ]; then remember_options voxceleb/run.sh; fi # synthvox has its own command
mapfile -t extras < <(sed -nE 's/^extra: *(\w+).*/\1/p' "${teachers[@]}") # what these YAMLs need installed
if [[ $launch == *submit.py* ]]; then extras+=(slurm); fi
. "$recipe/../../tools/path.sh"

local=$root/local
run=("$python") # how a stage that several processes can share is started
if [ -n "$launch" ]; then read -ra run <<< "$launch --"; fi
none=$recipe/conf/distill_none.yaml
stem() { basename "$1" .yaml; }
targets=() teacher_reports=()
for file in "${teachers[@]}"; do
  targets+=("$exp/$(stem "$file")/targets") teacher_reports+=("$exp/$(stem "$file")/report.json")
done
baseline_exp=$exp/$(stem "$student")-$(stem "$none")
distilled_exp=$exp/$(stem "$student")-$(stem "$distill")
students=("$baseline_exp")
if [ "$distilled_exp" != "$baseline_exp" ]; then
  students+=("$distilled_exp")
else # --distill conf/distill_none.yaml
  teachers=() targets=() teacher_reports=()
fi
teacher_names=${teachers[*]##*/}
tuned() { echo "$1-$(stem "$fine_tune")"; }
if [ -n "$fine_tune" ]; then
  for student_exp in "${students[@]}"; do students+=("$(tuned "$student_exp")"); done
fi

train_student() { # train_student FOLDER OPTION...: also fine-tunes it if that is asked for
  "${run[@]}" "$local/train_student.py" --data "$exp/data" --student "$student" --seed "$seed" --log "$log" \
    --output "$1" "${@:2}"
  if [ -n "$fine_tune" ]; then
    echo "fine-tuning into $(tuned "$1")"
    "${run[@]}" "$local/train_student.py" --data "$exp/data" --student "$student" --seed "$seed" --log "$log" \
      --output "$(tuned "$1")" --fine-tune "$fine_tune" "$1" "${@:2}"
  fi
}

drop=()
if [ "$drop_trial_speakers" = true ]; then drop=(--drop-trial-speakers); fi

begin() { # begin STAGE WHAT: true if the stage is asked for; names its log
  [ "$stage" -le "$1" ] && [ "$stop_stage" -ge "$1" ] || return 1
  log=$exp/log/stage$1.log
  echo "stage $1: $2 (log: $log)"
}

if begin 0 "check the corpus"; then
  "$python" "$local/check_data.py" --data "$data" --log "$log"
fi

if begin 1 "manifests, trials and the leak check"; then
  "$python" "$local/prepare_data.py" --data "$data" ${trials:+--trials "$trials"} \
    "${drop[@]}" ${dev_speakers:+--dev-speakers "$dev_speakers"} \
    ${teacher_faces:+--teacher-faces "$teacher_faces"} --output "$exp/data" --skipped-limit "$skipped_limit" \
    --nj "$nj" --seed "$seed" --log "$log"
fi

if begin 2 "quality of speech and faces"; then
  "${run[@]}" "$local/compute_quality.py" --data "$exp/data" --skipped-limit "$skipped_limit" --nj "$nj" --log "$log"
  if [ "$pack" = shar ]; then "$python" "$local/pack_data.py" --data "$exp/data" --nj "$nj" --log "$log"; fi
fi

if begin 3 "teachers: ${teacher_names:-none}"; then
  for file in "${teachers[@]}"; do
    overrides_of "$file"
    "${run[@]}" "$local/train_teacher.py" --data "$exp/data" --teacher "$file" --output "$exp/$(stem "$file")" \
      --seed "$seed" --log "$log" "${own_overrides[@]}"
  done
fi

if begin 4 "teacher targets"; then
  for folder in "${targets[@]}"; do
    "${run[@]}" "$local/make_targets.py" --data "$exp/data" --teacher-exp "$(dirname "$folder")" --log "$log"
  done
fi

if begin 5 "student without teacher"; then
  train_student "$baseline_exp" --distill "$none" "${student_overrides[@]}"
fi

if begin 6 "distilled student" && [ "$distilled_exp" != "$baseline_exp" ]; then
  train_student "$distilled_exp" --distill "$distill" --targets "${targets[@]}" \
    "${student_overrides[@]}" "${distill_overrides[@]}"
fi

if begin 7 "embeddings"; then
  "${run[@]}" "$local/extract_embeddings.py" --data "$exp/data" --student-exp "${students[@]}" --log "$log"
fi

if begin 8 "scores and results"; then
  [ -d "$exp/data/test/trials" ] || die 1 "missing $exp/data/test/trials: stage 1 makes it"
  systems=()
  for student_exp in "${students[@]}"; do
    for list in "$exp"/data/test/trials/*; do
      "$python" "$local/score_trials.py" --trials "$list" --embeddings "$student_exp/embeddings/test" \
        --output "$student_exp/scores/$(basename "${list%.*}").txt" --skipped-limit "$skipped_limit" --log "$log"
    done
    systems+=(--system "$(basename "$student_exp")=$student_exp/scores")
  done
  "$python" "$local/report_results.py" --trials "$exp"/data/test/trials/* "${systems[@]}" \
    --output "$exp/RESULTS.md" --det-plot-folder "$exp" --command "$results_command" --seed "$seed" --log "$log" \
    --skipped-limit "$skipped_limit" ${teacher_reports[0]:+--teacher-report "${teacher_reports[@]}"}
fi
