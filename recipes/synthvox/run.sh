#!/usr/bin/env bash
# The embedded default: makes a corpus of talking people (stage 0), then runs the voxceleb recipe's
# own stages 1 to 8 on it. Options that are not listed here go to recipes/voxceleb/run.sh.
set -euo pipefail
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$recipe/../../tools/parse_options.sh"

stage=0
stop_stage=8
data=$recipe/corpus   # the corpus is made here
exp=$recipe/exp
speakers=160          # people, of whom test_speakers are for the trials
test_speakers=40
sessions=4            # per person
utterances=4          # per session
shared=0.5            # share of a face's variance that the voice carries too
face_people=0         # people of whom there are faces alone: they train the teacher too
nj=$(nproc)
seed=1
options=(stage stop-stage data exp speakers test-speakers sessions utterances shared face-people nj seed)

usage() {
  cat << EOF
usage: ./run.sh [--stage N] [--stop-stage M] [corpus options] [options of recipes/voxceleb/run.sh]
  --data DIR               where the corpus is made (default: $data)
  --speakers N             people (default: $speakers), --test-speakers of them (default: $test_speakers) for the trials
  --sessions N             per person (default: $sessions), each with --utterances N (default: $utterances)
  --shared S               share of a face's variance that the voice carries too, 0 to 1 (default: $shared)
  --face-people N        people with faces alone, who train the teacher too (default: $face_people)
  --exp DIR, --nj N, --seed N   as in recipes/voxceleb/run.sh (see its --help for all others)
EOF
}

parse_options "$@"
if [ -z "${results_command:-}" ]; then remember_options synthvox/run.sh; fi # ablation.sh has its own command

if [ "$stage" = 0 ]; then
  extras=(synth)
  . "$recipe/../../tools/path.sh"
  echo "stage 0: make the corpus (log: $exp/log/stage0.log)"
  "$python" "$root/local/make_synthvox.py" --output "$data" --speakers "$speakers" \
    --test-speakers "$test_speakers" --sessions "$sessions" --utterances "$utterances" \
    --shared "$shared" --face-people "$face_people" --seed "$seed" --nj "$nj" --log "$exp/log/stage0.log"
fi

forward_overrides
if [ "$face_people" -gt 0 ]; then others+=(--teacher-faces "$data/teacherFaces"); fi
results_command=$results_command "$recipe/../voxceleb/run.sh" --stage "$stage" \
  --stop-stage "$stop_stage" --data "$data" --exp "$exp" --nj "$nj" --seed "$seed" "${others[@]}"
