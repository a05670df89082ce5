#!/usr/bin/env bash
# Image classification with a teacher that reads a text on each class: a student that learns alone from
# few labelled images, and the same student distilled. On digits, generated faces or images of one's own,
# of which those of one folder within a class go to one set.
#
# usage: ./run.sh [--data digits|synthvox|DIR --texts FILE] [--stage N] [--stop-stage M] [options]
# Other options: --KEY VALUE overrides a key of the student's or the distillation's YAML,
# --teacher.KEY VALUE a key of the teacher's.
set -euo pipefail
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$recipe/../../tools/recipe.sh"
last_stage=8 # students of images are not exported

stage=0                            # the first stage to run
stop_stage=8                       # the last one
data=digits                        # scikit-learn's; or synthvox: generated faces; or a folder <class>/**/<image>.jpg or .png
texts=                             # lines class<TAB>text, for a folder of one's own
people=80                          # of synthvox
images_per_class=                  # labelled, for training; by default 10
dev_images=                        # of each class, for model selection; by default 20 of digits, 8 of synthvox, else 10
test_images=                       # of each class; by default 100 of digits, 12 of synthvox, else 20
unseen_classes=                    # held out whole, for verification trials; by default half of synthvox's, else none
label_noise=0                      # share of training images with a wrong label
degraded=0                         # share of training images that are blurred, noisy, covered or coarse
skipped_limit=0.01                 # largest share of images that may be unusable
views=800                          # how often training sees an image of a class, all epochs together: it sets number_of_epochs
student=conf/student_image.yaml    # a SpeechBrain YAML that perceives images
teacher=conf/teacher_text.yaml     # what reads the texts
distill=conf/distill_soft.yaml     # what the student learns from the teacher
exp=$recipe/exp                    # everything made goes here
nj=$(nproc)                        # parallel jobs where the work is per file
seed=1                             # of everything random

parse_options "$@"
. "$recipe/data_defaults.sh"
for number in "$images_per_class" "$views" "$people"; do
  [[ $number =~ ^[1-9][0-9]*$ ]] || die 2 "--images-per-class, --views and --people are numbers from 1, not $number"
done
check_whole 1 dev_images test_images
check_whole 0 unseen_classes
case $data in
  digits) texts=${texts:-$recipe/conf/texts_digits.tsv} ;;
  synthvox) texts=${texts:-$exp/faces/face_text.tsv} ;;
  *)
    [ -n "$texts" ] || [[ ! $stage =~ ^[01]$ ]] || die 1 "give a text on each class: --texts FILE (see --help)"
    ;;
esac
start imagetext
# What the data want of the YAMLs that have these keys; the user's overrides go before.
epochs=$((views > images_per_class ? views / images_per_class : 1))
overrides=(--number_of_epochs "$epochs" --valid_interval "$((epochs > 10 ? epochs / 10 : 1))"
  --teacher.texts "$exp/data/texts.tsv" "${data_overrides[@]}" "${overrides[@]}")

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

if begin 3 "teacher: ${teacher_names:-none}"; then train_teachers; fi

if begin 4 "teacher targets"; then make_targets; fi

if begin 5 "student without teacher"; then
  train_student "$baseline_exp" --distill "$none" --recipe-overrides "${overrides[@]}"
fi

if begin 6 "distilled student" && [ "$distilled_exp" != "$baseline_exp" ]; then
  train_student "$distilled_exp" --distill "$distill" --targets "${targets[@]}" --recipe-overrides "${overrides[@]}"
fi

if begin 7 "embeddings and predictions"; then
  for student_exp in "${students[@]}"; do
    "$python" "$local/apply_image_student.py" --data "$exp/data" --student-exp "$student_exp" --trust true --log "$log"
  done
fi

if begin 8 "accuracy and results"; then
  named=()
  for student_exp in "${students[@]}"; do named+=(--student "$(basename "$student_exp")=$student_exp"); done
  "$python" "$local/report_images.py" --data "$exp/data" "${named[@]}" --output "$exp/RESULTS.md" \
    --record "$exp/results.json" --command "$(results_command)" --seed "$seed" --log "$log" \
    --teacher-report "${teacher_reports[@]}"
  speechdistill report "$exp" --log "$log"
fi
