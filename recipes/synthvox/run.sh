#!/usr/bin/env bash
# The embedded default: makes a corpus of talking people (stage 0), then runs the voxceleb recipe's
# own stages 1 to 9 on it. Options that are not listed here go to recipes/voxceleb/run.sh (see its --help).
set -euo pipefail
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$recipe/../../tools/recipe.sh"

stage=0               # the first stage to run
stop_stage=9          # the last one
data=$recipe/corpus   # the corpus is made here
exp=$recipe/exp       # everything else goes here
speakers=160          # people, with those for the trials
test_speakers=40      # of them, for the trials
sessions=4            # per person
utterances=4          # per session
shared=0.5            # share of a face's variance that the voice carries too, 0 to 1
face_people=1000      # people of whom there are faces alone: they train the teacher
labels=video          # what training knows of who speaks: video: nothing, a face teacher says; speaker: everything, the labelled comparison
nj=$(nproc)           # parallel jobs where the work is per file
seed=1                # of everything random
teacher=conf/teacher_face.yaml  # or several, by comma, as in recipes/voxceleb

parse_options "$@"
check_stages
check_whole 1 speakers test_speakers sessions utterances nj
check_whole 0 face_people seed
defaults=(--teacher "$teacher" --labels "$labels")
if [[ " ${overrides[*]} " != *" --student "* ]]; then defaults+=(--number_of_epochs 24); fi
if [ "$face_people" -gt 0 ]; then defaults+=(--teacher-faces "$data/teacherFaces"); fi
if [[ $teacher == *teacher_face.yaml* ]]; then
  defaults+=(--teacher_face.number_of_epochs 8 --teacher_face.image_size 32)
fi
if [ "$labels" = video ]; then
  # Each video is a class, and a face teacher knows nobody of them.
  defaults+=(--distill conf/distill_unlabelled.yaml --recluster conf/distill_joint_clusters.yaml --ceiling true)
  if [[ $teacher == *teacher_face.yaml* ]]; then
    [ "$face_people" -gt 0 ] || die 2 "--labels video: other people's faces train the teacher: give --face-people"
    defaults+=(--teacher_face.training_sets "[teacher]")
  fi
fi
voxceleb() { # voxceleb FROM TO: these stages of the recipe
  "$recipe/../voxceleb/run.sh" --stage "$1" --stop-stage "$2" --data "$data" --exp "$exp" --nj "$nj" --seed "$seed" \
    "${defaults[@]}" "${overrides[@]}"
}
SPEECHDISTILL_CHECK_ALONE=true voxceleb "$stage" "$stop_stage" # before a corpus is made
open_exp synthvox/run.sh

if [ "$stage" = 0 ]; then
  extras=(synth)
  . "$recipe/../../tools/path.sh"
  echo "stage 0: make the corpus (log: $exp/log/stage0.log)"
  "$python" "$root/local/make_synthvox.py" --output "$data" --speakers "$speakers" \
    --test-speakers "$test_speakers" --sessions "$sessions" --utterances "$utterances" \
    --shared "$shared" --face-people "$face_people" --seed "$seed" --nj "$nj" --log "$exp/log/stage0.log"
fi

voxceleb "$stage" "$stop_stage"
