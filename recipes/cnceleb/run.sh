#!/usr/bin/env bash
# Speaker verification on CN-Celeb1, with CN-Celeb2 if it is there: finds the corpus, then runs the
# voxceleb recipe's own stages 0 to 9 on it. Options that are not listed here go to
# recipes/voxceleb/run.sh (see its --help).
#
# usage: ./run.sh --data DIR [--stage N] [--stop-stage M] [options]
set -euo pipefail
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$recipe/../../tools/recipe.sh"

stage=0           # the first stage to run
stop_stage=9      # the last one
data=             # the folder with CN-Celeb_flac/ and CN-Celeb2_flac/, or one or both of these, by comma
exp=$recipe/exp   # everything made goes here
join_below=5      # seconds: training utterances of a genre that are shorter are joined to longer ones; empty for none
faces=            # of the speakers, if you have them: <speaker>/<session>/<frame>.jpg, a session being a genre or anything else
teacher=          # a YAML; by default conf/teacher_face.yaml with --faces, else conf/teacher_text.yaml

parse_options "$@"
check_stages
[ -n "$data" ] || [[ ! $stage =~ ^[01]$ ]] || die 1 "give the corpus: --data DIR (see --help)"
[ -n "$teacher" ] || teacher=conf/teacher_$([ -n "$faces" ] && echo face || echo text).yaml
passed=(--corpus cn-celeb --by-session genre --teacher "$teacher" --exp "$exp")
if [ -n "$data" ]; then passed+=(--data "$data"); fi
if [ -n "$faces" ]; then passed+=(--faces "$faces"); fi
if [ -n "$join_below" ]; then passed+=(--join-below "$join_below"); fi
voxceleb=("$recipe/../voxceleb/run.sh" --stage "$stage" --stop-stage "$stop_stage" "${passed[@]}" "${overrides[@]}")
SPEECHDISTILL_CHECK_ALONE=true "${voxceleb[@]}"
if [ "$stage" -le "$stop_stage" ]; then open_exp cnceleb/run.sh; fi
exec "${voxceleb[@]}"
