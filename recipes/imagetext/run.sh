#!/usr/bin/env bash
# Image classification with a teacher that reads a text on each class: a student that learns alone from
# few labelled images, and the same student distilled. On digits, generated faces or images of one's own.
set -euo pipefail
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$recipe/../../tools/parse_options.sh"

stage=0
stop_stage=8
data=digits                        # or synthvox, or a folder <class>/**/<image>.jpg
texts=                             # lines class<TAB>text, for a folder of one's own
people=80                          # of synthvox
images_per_class=                  # for training
dev_images=                        # of each class, for model selection
test_images=                       # of each class
unseen_classes=                    # held out whole, for verification trials
label_noise=0                      # share of training images with a wrong label
degraded=0                         # share of training images that are degraded
skipped_limit=0.01                 # largest share of images that may be unusable
views=800                          # how often training sees an image of a class, all epochs together
student=conf/student_image.yaml
teacher=conf/teacher_text.yaml
distill=conf/distill_soft.yaml
exp=$recipe/exp                    # everything made goes here
nj=$(nproc)                        # parallel jobs where the work is per file
seed=1
options=(stage stop-stage data texts people images-per-class dev-images test-images unseen-classes
  label-noise degraded skipped-limit views student teacher distill exp nj seed)

usage() {
  cat << EOF
usage: ./run.sh [--data digits|synthvox|DIR --texts FILE] [--stage N] [--stop-stage M] [options] [--YAML_KEY VALUE ...]
  --data DIR              class-named folders of images, DIR/<class>/**/<image>.jpg or .png; images of one folder
                          within a class go to one set. Or digits: scikit-learn's; or synthvox: generated faces
  --texts FILE            a text on each class of DIR: lines class<TAB>text
  --people N              of synthvox (default: $people)
  --images-per-class N    labelled training images (default: 10)
  --dev-images N, --test-images N    of each class (default: 20 and 100 of digits, 8 and 12 of synthvox, else 10 and 20)
  --unseen-classes N      held out whole, for verification trials (default: half of synthvox's, else 0)
  --label-noise SHARE     of the training images with a wrong label (default: $label_noise)
  --degraded SHARE        of the training images that are blurred, noisy, covered or coarse (default: $degraded)
  --skipped-limit SHARE   of images that may be unusable (default: $skipped_limit)
  --views N               how often training sees an image of a class, all epochs together (default: $views):
                          it sets number_of_epochs and valid_interval
  --student YAML          default: $student
  --teacher YAML          default: $teacher
  --distill YAML          default: $distill
  --exp DIR               default: $exp
  --nj N, --seed N        default: $nj, $seed
  --KEY VALUE             overrides a key of the student's or the distillation's YAML
  --teacher.KEY VALUE     overrides a key of the teacher's YAML
Stages: 0 make the data, 1 splits, 2 quality, 3 teacher, 4 teacher targets, 5 student without teacher,
        6 distilled student, 7 embeddings and predictions, 8 accuracy and RESULTS.md
EOF
}

parse_options "$@"
student=$(yaml "$student") teacher=$(yaml "$teacher") distill=$(yaml "$distill")
for file in "$student" "$teacher" "$distill"; do
  [ -f "$file" ] || die 1 "no such YAML: $file (those of the recipe are in $recipe/conf)"
done
for number in "$stage" "$stop_stage"; do
  [[ $number =~ ^[0-8]$ ]] || die 2 "stages are 0 to 8, not $number"
done
. "$recipe/data_defaults.sh"
for number in "$images_per_class" "$views" "$people"; do
  [[ $number =~ ^[1-9][0-9]*$ ]] || die 2 "--images-per-class, --views and --people are numbers from 1, not $number"
done
case $data in
  digits) images=$exp/images texts=${texts:-$recipe/conf/texts_digits.tsv} ;;
  synthvox) images=$exp/faces/teacherFaces texts=${texts:-$exp/faces/face_text.tsv} ;;
  *)
    images=$data
    [ -n "$texts" ] || [ "$stage" -gt 1 ] || die 1 "give a text on each class: --texts FILE (see --help)"
    ;;
esac
epochs=$((views > images_per_class ? views / images_per_class : 1))
for pair in "number_of_epochs $epochs" "valid_interval $((epochs > 10 ? epochs / 10 : 1))"; do
  if has_key "$student" "${pair% *}"; then data_overrides+=("${pair% *}" "${pair#* }"); fi
done
overrides=("${data_overrides[@]}" "${overrides[@]}")
teachers=("$teacher")
route_overrides
if [ -z "${results_command:-}" ]; then remember_options imagetext/run.sh; fi # ablation.sh has its own command
mapfile -t extras < <(sed -nE 's/^extra: *(\w+).*/\1/p' "$teacher") # what this YAML needs installed
. "$recipe/../../tools/path.sh"

local=$root/local
none=$recipe/conf/distill_none.yaml
stem() { basename "$1" .yaml; }
teacher_exp=$exp/$(stem "$teacher")
baseline_exp=$exp/$(stem "$student")-$(stem "$none")
distilled_exp=$exp/$(stem "$student")-$(stem "$distill")
students=("$baseline_exp")
if [ "$distilled_exp" != "$baseline_exp" ]; then students+=("$distilled_exp"); fi

begin() { # begin STAGE WHAT: true if the stage is asked for; names its log
  [ "$stage" -le "$1" ] && [ "$stop_stage" -ge "$1" ] || return 1
  log=$exp/log/stage$1.log
  echo "stage $1: $2 (log: $log)"
}

if begin 0 "the images: $data"; then
  case $data in
    digits) "$python" "$local/make_digits.py" --output "$images" --log "$log" ;;
    synthvox)
      "$python" "$local/make_described_faces.py" --output "$exp/faces" --people "$people" --seed "$seed" \
        --nj "$nj" --log "$log"
      ;;
    *) [ -d "$images" ] || die 1 "no folder $images: give <class>/<image>.jpg with --data" ;;
  esac
fi

if begin 1 "splits, training images and the leak check"; then
  "$python" "$local/prepare_images.py" --data "$images" --texts "$texts" --output "$exp/data" \
    --images-per-class "$images_per_class" --dev-images "$dev_images" --test-images "$test_images" \
    --unseen-classes "$unseen_classes" --label-noise "$label_noise" --degraded "$degraded" \
    --skipped-limit "$skipped_limit" --nj "$nj" --seed "$seed" --log "$log"
fi

if begin 2 "quality of images"; then
  sets=("$exp/data")
  if [ -d "$exp/data/unseen" ]; then sets+=("$exp/data/unseen"); fi
  "$python" "$local/compute_quality.py" --data "${sets[@]}" --skipped-limit "$skipped_limit" --nj "$nj" --log "$log"
fi

if begin 3 "teacher: $(basename "$teacher")"; then
  overrides_of "$teacher"
  own_texts=()
  if has_key "$teacher" texts; then own_texts=(--texts "$exp/data/texts.tsv"); fi
  "$python" "$local/train_teacher.py" --data "$exp/data" --teacher "$teacher" --output "$teacher_exp" \
    --seed "$seed" --log "$log" "${own_texts[@]}" "${own_overrides[@]}"
fi

if begin 4 "teacher targets"; then
  "$python" "$local/make_targets.py" --data "$exp/data" --teacher-exp "$teacher_exp" --log "$log"
fi

if begin 5 "student without teacher"; then
  "$python" "$local/train_student.py" --data "$exp/data" --student "$student" --distill "$none" \
    --output "$baseline_exp" --seed "$seed" --log "$log" "${student_overrides[@]}"
fi

if begin 6 "distilled student" && [ "$distilled_exp" != "$baseline_exp" ]; then
  "$python" "$local/train_student.py" --data "$exp/data" --student "$student" --distill "$distill" \
    --targets "$teacher_exp/targets" --output "$distilled_exp" --seed "$seed" --log "$log" \
    "${student_overrides[@]}" "${distill_overrides[@]}"
fi

if begin 7 "embeddings and predictions"; then
  for student_exp in "${students[@]}"; do
    "$python" "$local/apply_image_student.py" --data "$exp/data" --student-exp "$student_exp" --log "$log"
  done
fi

if begin 8 "accuracy and results"; then
  named=()
  for student_exp in "${students[@]}"; do named+=(--student "$(basename "$student_exp")=$student_exp"); done
  "$python" "$local/report_images.py" --data "$exp/data" "${named[@]}" --output "$exp/RESULTS.md" \
    --command "$results_command" --seed "$seed" --log "$log" --teacher-report "$teacher_exp/report.json"
fi
