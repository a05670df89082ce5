#!/usr/bin/env bash
# The ablation: every row of a table of distillation settings, from 5, 10 and 20 labelled images of each
# class, with right labels and clean images, with wrong labels and with degraded images, with several seeds.
# Finished students are not trained again; a killed one goes on. With --sweep true nothing is tested: the
# rows are settings to choose from, by dev images.
# Other options: --KEY VALUE overrides a key of the student's YAML in all rows, --teacher.KEY VALUE one of the
# teacher's.
set -euo pipefail
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$recipe/../../tools/recipe.sh"
. "$recipe/../../tools/ablation.sh"

data=digits                        # or synthvox, or a folder, as in run.sh
texts=                             # as in run.sh
people=80                          # of synthvox
exp=                               # everything made goes here; by default exp/ablation-<data>
rows=conf/ablation_rows.txt        # lines `row YAML [--KEY VALUE ...]`; the first is the baseline
images_per_class=5,10,20           # sizes of the training sets
conditions=clean,label_noise,degraded    # or some of them
label_noise=0.3                    # share of wrong labels under the condition of that name
degraded=0.5                       # share of degraded images under the condition of that name
seeds=5                            # students of each cell, with seeds 1 to this
dev_images=                        # of each class, as in run.sh
test_images=                       # as in run.sh
unseen_classes=                    # as in run.sh
views=800                          # how often training sees an image of a class, all epochs together
student=conf/student_image.yaml    # as in run.sh
teacher=conf/teacher_text.yaml     # as in run.sh
sweep=false                        # true: train only, report the error on dev images
nj=$(nproc)                        # students trained at once
seed=1                             # of the split and the teacher

parse_options "$@"
for number in "$seeds" "$views" ${images_per_class//,/ }; do
  [[ $number =~ ^[1-9][0-9]*$ ]] || die 2 "--seeds, --views and --images-per-class are numbers from 1, not $number"
done
shares=()
for name in ${conditions//,/ }; do
  case $name in
    clean) shares+=("$name=0,0") ;;
    label_noise) shares+=("$name=$label_noise,0") ;;
    degraded) shares+=("$name=0,$degraded") ;;
    *) die 2 "unknown condition $name: take some of clean, label_noise, degraded" ;;
  esac
done
if [ -z "$exp" ]; then
  case $data in digits | synthvox) exp=$recipe/exp/ablation-$data ;; *) exp=$recipe/exp/ablation ;; esac
fi
. "$recipe/data_defaults.sh"
check_whole 1 dev_images test_images
check_whole 0 unseen_classes
# shellcheck disable=SC2086  # sizes are numbers
begin_ablation imagetext --measure images --condition "${shares[@]}" --images-per-class ${images_per_class//,/ }

largest=$(printf '%s\n' ${images_per_class//,/ } | sort -n | tail -n 1)
"$recipe/run.sh" --stop-stage 4 --data "$data" ${texts:+--texts "$texts"} --people "$people" --exp "$exp" --nj "$nj" \
  --seed "$seed" --images-per-class "$largest" --dev-images "$dev_images" --test-images "$test_images" \
  --unseen-classes "$unseen_classes" --student "$student" --teacher "$teacher" "${overrides[@]}"

overrides=("${data_overrides[@]}" "${overrides[@]}")
training_sets=(--training-sets "$exp/training_sets" --views "$views")
train_and_report
