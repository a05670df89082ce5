#!/usr/bin/env bash
# The ablation: every row of a table of distillation settings, from 5, 10 and 20 labelled images of each
# class, with right labels and clean images, with wrong labels and with spoilt images, with several seeds.
# Finished students are not trained again; a killed one goes on. With --sweep true nothing is tested: the
# rows are settings to choose from, by dev images.
set -euo pipefail
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$recipe/../../tools/parse_options.sh"
. "$recipe/../../tools/read_rows.sh"

data=digits                        # or synthvox, or a folder, as in run.sh
texts=                             # as in run.sh
people=80                          # of synthvox
exp=                               # everything made goes here
rows=conf/ablation_rows.txt        # lines: row, distillation YAML, overrides; the first is the baseline
images_per_class=5,10,20           # sizes of the training sets
conditions=clean,label_noise,degraded
label_noise=0.3                    # share of wrong labels under the condition of that name
degraded=0.5                       # share of spoilt images under the condition of that name
seeds=5                            # students of each cell, with seeds 1 to this
views=800                          # how often training sees an image of a class, all epochs together
student=conf/student_image.yaml
teacher=conf/teacher_text.yaml
sweep=false                        # true: train only, report the error on dev images
nj=$(nproc)                        # students trained at once
seed=1                             # of the split and the teacher
options=(data texts people exp rows images-per-class conditions label-noise degraded seeds views student teacher sweep nj seed)

usage() {
  cat << EOF
usage: ./ablation.sh [--data digits|synthvox|DIR --texts FILE] [options] [options of run.sh] [--YAML_KEY VALUE ...]
  --data, --texts, --people   as in run.sh
  --exp DIR                   default: exp/ablation-<data>, of a folder exp/ablation
  --rows FILE                 lines \`row YAML [--KEY VALUE ...]\`, the first the baseline (default: $rows)
  --images-per-class N,...    sizes of the training sets (default: $images_per_class)
  --conditions NAME,...       of clean, label_noise, degraded (default: all)
  --label-noise SHARE, --degraded SHARE    of the conditions of these names (default: $label_noise, $degraded)
  --seeds N                   students of each cell; each draws its training images (default: $seeds)
  --views N, --student YAML, --teacher YAML    as in run.sh
  --sweep true                test nothing: report the rows' error on dev images, to choose among them
  --nj N, --seed N            default: $nj, $seed
  --dev-images N, --test-images N, --unseen-classes N    as in run.sh
  --KEY VALUE                 overrides a key of the student's YAML, in all rows
  --teacher.KEY VALUE         overrides a key of the teacher's YAML
EOF
}

parse_options "$@"
yaml() { if [ -f "$1" ] || [ ! -f "$recipe/$1" ]; then echo "$1"; else echo "$recipe/$1"; fi; }
rows=$(yaml "$rows") student=$(yaml "$student") teacher=$(yaml "$teacher")
if [ -z "$exp" ]; then
  case $data in digits | synthvox) exp=$recipe/exp/ablation-$data ;; *) exp=$recipe/exp/ablation ;; esac
fi
for number in "$seeds" "$views" ${images_per_class//,/ }; do
  [[ $number =~ ^[1-9][0-9]*$ ]] || die 2 "--seeds, --views and --images-per-class are numbers from 1, not $number"
done
for file in "$rows" "$student" "$teacher"; do
  [ -f "$file" ] || die 1 "no such file: $file (those of the recipe are in $recipe/conf)"
done

read_rows "$rows"
check_rows
draws=() about=()
for name in ${conditions//,/ }; do
  case $name in
    clean) draws+=("$name=0,0") about+=("$name=right labels, images as they are") ;;
    label_noise) draws+=("$name=$label_noise,0") about+=("$name=share of wrong labels: $label_noise") ;;
    degraded) draws+=("$name=0,$degraded") about+=("$name=share of spoilt images: $degraded") ;;
    *) die 2 "unknown condition $name: take some of clean, label_noise, degraded" ;;
  esac
done

sizes=$images_per_class images_per_class=
largest=$(printf '%s\n' ${sizes//,/ } | sort -n | tail -n 1)
of_run=() # overrides that are options of run.sh
kept=()
for ((index = 0; index < ${#overrides[@]}; index += 2)); do
  case ${overrides[index]} in
    dev-images | test-images | unseen-classes) of_run+=("--${overrides[index]}" "${overrides[index + 1]}") ;;
    *) kept+=("${overrides[@]:index:2}") ;;
  esac
done
overrides=("${kept[@]}")
forward_overrides
dev_images='' test_images='' unseen_classes=''
. "$recipe/data_defaults.sh"
overrides=("${data_overrides[@]}" "${kept[@]}")
distill=/dev/null # overrides here are the student's or the teacher's: each row has its own
teachers=("$teacher")
route_overrides
if [ -z "${results_command:-}" ]; then remember_options imagetext/ablation.sh; fi
export results_command
. "$recipe/../../tools/path.sh"
local=$root/local

"$recipe/run.sh" --stop-stage 4 --data "$data" ${texts:+--texts "$texts"} --people "$people" --exp "$exp" --nj "$nj" \
  --seed "$seed" --images-per-class "$largest" "${of_run[@]}" --student "$student" --teacher "$teacher" "${others[@]}"

log=$exp/log/draws.log
echo "training images of ${#draws[@]} conditions, $sizes per class, seeds 1 to $seeds (log: $log)"
# shellcheck disable=SC2086  # sizes are numbers
"$python" "$local/draw_training_images.py" --data "$exp/data" --output "$exp/draws" --condition "${draws[@]}" \
  --images-per-class ${sizes//,/ } --seeds "$seeds" --nj "$nj" --log "$log"

echo "${#names[@]} rows with seeds 1 to $seeds, $nj students at once (logs: $exp/ablation/<row>/<condition>/<size>/seed<N>/log)"
if [ "$sweep" = true ]; then reached=trained; else reached=tested; fi
jobs=$exp/ablation_jobs
for ((number = 1; number <= seeds; number++)); do
  for name in ${conditions//,/ }; do
    for size in ${sizes//,/ }; do
      epochs=$((views > size ? views / size : 1))
      for row in "${names[@]}"; do
        cell=$name/$size/seed$number
        [ -e "$exp/ablation/$row/$cell/$reached" ] ||
          echo "$(printf '%q ' "$exp/ablation/$row/$cell" "$number" "$exp/draws/$cell" "${yaml_of[$row]}")" \
            "--number_of_epochs $epochs --valid_interval $((epochs > 10 ? epochs / 10 : 1))" \
            "${overrides_of_row[$row]} ${student_overrides[*]}"
      done
    done
  done
done | sed "s/ *\$//" > "$jobs" # xargs would take a line that ends in a blank to go on
targets=$exp/$(basename "$teacher" .yaml)/targets
export python student targets reached
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$((nj < $(nproc) ? $(nproc) / nj : 1))}
xargs -r -P "$nj" -L 1 "$local/image_cell.sh" < "$jobs" ||
  die 1 "some students failed, as said above; the same command goes on with what is missing"

if [ "$sweep" = true ]; then report=(--sweep --output "$exp/SWEEP.md"); else report=(--output "$exp/RESULTS.md"); fi
# shellcheck disable=SC2086
"$python" "$local/report_image_ablation.py" --data "$exp/data" --cells "$exp/ablation" --rows "${names[@]}" \
  --condition "${about[@]}" --images-per-class ${sizes//,/ } --seeds "$seeds" ${controls[0]:+--control "${controls[@]}"} \
  --teacher-report "$(dirname "$targets")/report.json" --command "$results_command" --nj "$nj" \
  --log "$exp/log/report.log" "${report[@]}"
