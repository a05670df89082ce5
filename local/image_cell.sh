#!/usr/bin/env bash
# shellcheck disable=SC2154  # ablation.sh exports python, student, targets, reached
# One student of an image ablation: train it, classify the test images. Called with
# FOLDER SEED DATA YAML [--KEY VALUE ...].
set -euo pipefail
folder=$1 seed=$2 data=$3 distill=$4
shift 4
local=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$folder"
if [ "$reached" = trained ]; then set -- --train-only "$@"; fi

if ! "$python" "$local/image_cell.py" --data "$data" --student "$student" --distill "$distill" \
  --targets "$targets" --output "$folder" --seed "$seed" "$@" > "$folder/log" 2>&1; then
  echo "failed: $(grep 'error:' "$folder/log" | tail -n 1) (log: $folder/log)" >&2
  exit 1
fi
touch "$folder/$reached"
echo "$reached in $SECONDS s: ${folder#*/ablation/}"
