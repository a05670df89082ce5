#!/usr/bin/env bash
# The ablation on generated people: makes the corpus, then runs the voxceleb recipe's own ablation on
# it. Options that are not listed here go to recipes/voxceleb/ablation.sh; the YAML keys that are set below
# can be given otherwise, too.
set -euo pipefail
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$recipe/../../tools/recipe.sh"

exp=$recipe/exp/ablation  # everything made goes here
data=$exp/corpus      # the corpus is made here
speakers=160          # people, with those for the trials
test_speakers=60      # of them, for the trials
sessions=4            # per person
utterances=2          # per session
shared=0.5            # share of a face's variance that the voice carries too
face_people=1000      # people of whom there are faces alone: they train the teacher too
dev_speakers=40       # held out for model selection
nj=$(nproc)           # students trained at once
seed=1                # as in recipes/voxceleb/ablation.sh
teacher=conf/teacher_face.yaml  # or several, by comma
student_keys=(--number_of_epochs 30 --valid_interval 5)
face_keys=(--teacher_face.number_of_epochs 10 --teacher_face.grey 0.5)

parse_options "$@"
check_whole 1 speakers test_speakers sessions utterances nj
check_whole 0 face_people seed
if [[ " ${given[*]} " != *" --data "* ]]; then data=$exp/corpus; fi
open_exp synthvox/ablation.sh
set_keys=("${student_keys[@]}")
if [[ $teacher == *teacher_face.yaml* ]]; then set_keys+=("${face_keys[@]}"); fi
if [ "$face_people" -gt 0 ]; then overrides+=(--teacher-faces "$data/teacherFaces"); fi
ablation=("$recipe/../voxceleb/ablation.sh" --data "$data" --exp "$exp"
  --dev-speakers "$dev_speakers" --teacher "$teacher" --nj "$nj" --seed "$seed" "${set_keys[@]}" "${overrides[@]}")
SPEECHDISTILL_CHECK_ALONE=true "${ablation[@]}"
"$recipe/run.sh" --stop-stage 0 --labels speaker --data "$data" --exp "$exp" --speakers "$speakers" --test-speakers "$test_speakers" \
  --sessions "$sessions" --utterances "$utterances" --shared "$shared" --face-people "$face_people" --nj "$nj" --seed "$seed"
"${ablation[@]}"
