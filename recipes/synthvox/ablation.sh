#!/usr/bin/env bash
# The ablation on generated people: makes the corpus, then runs the voxceleb recipe's own ablation on
# it. Options that are not listed here go to recipes/voxceleb/ablation.sh.
set -euo pipefail
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$recipe/../../tools/parse_options.sh"

exp=$recipe/exp/ablation
data=$exp/corpus      # the corpus is made here
speakers=160          # people, of whom test_speakers are for the trials
test_speakers=60
sessions=4            # per person
utterances=2          # per session
shared=0.5            # share of a face's variance that the voice carries too
face_people=1000      # people of whom there are faces alone: they train the teacher too
dev_speakers=40       # held out for model selection
nj=$(nproc)
seed=1
teacher=conf/teacher_face.yaml
student_keys=(--number_of_epochs 30 --valid_interval 5)
face_keys=(--teacher_face.number_of_epochs 10 --teacher_face.grey 0.5)
options=(data exp speakers test-speakers sessions utterances shared face-people dev-speakers teacher nj seed)

usage() {
  cat << EOF
usage: ./ablation.sh [corpus options] [options of recipes/voxceleb/ablation.sh]
  --exp DIR               default: $exp
  --data DIR              where the corpus is made (default: corpus/ in --exp)
  --speakers N            people (default: $speakers), --test-speakers of them (default: $test_speakers) for the trials
  --dev-speakers N        held out for model selection (default: $dev_speakers)
  --sessions N            per person (default: $sessions), each with --utterances N (default: $utterances)
  --shared S              share of a face's variance that the voice carries too, 0 to 1 (default: $shared)
  --face-people N         people with faces alone, who train a teacher that sees faces too (default: $face_people)
  --teacher YAML[,YAML2]  default: $teacher
  ${student_keys[*]}, and with conf/teacher_face.yaml
  ${face_keys[*]}
                          YAML keys that this ablation sets; give others to override them
  --nj N, --seed N        as in recipes/voxceleb/ablation.sh (see its --help for all others)
EOF
}

parse_options "$@"
if [[ " ${given[*]} " != *" --data "* ]]; then data=$exp/corpus; fi
if [ -z "${results_command:-}" ]; then remember_options synthvox/ablation.sh; fi
export results_command
forward_overrides
set_keys=("${student_keys[@]}")
if [[ $teacher == *teacher_face.yaml* ]]; then set_keys+=("${face_keys[@]}"); fi
if [ "$face_people" -gt 0 ]; then others+=(--teacher-faces "$data/teacherFaces"); fi
"$recipe/run.sh" --stop-stage 0 --data "$data" --exp "$exp" --speakers "$speakers" --test-speakers "$test_speakers" \
  --sessions "$sessions" --utterances "$utterances" --shared "$shared" --face-people "$face_people" --nj "$nj" --seed "$seed"
"$recipe/../voxceleb/ablation.sh" --data "$data" --exp "$exp" \
  --dev-speakers "$dev_speakers" --teacher "$teacher" --nj "$nj" --seed "$seed" "${set_keys[@]}" "${others[@]}"
