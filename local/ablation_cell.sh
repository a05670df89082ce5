#!/usr/bin/env bash
# shellcheck disable=SC2154  # ablation.sh exports python, data, student, skipped_limit, ...
# One student of an ablation: train it, embed and score it under every test condition. Called with
# FOLDER SEED YAML [--KEY VALUE ...].
set -euo pipefail
folder=$1 seed=$2 distill=$3
shift 3
local=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$folder"
mapfile -t targets <<< "$target_folders"
if [ "$reached" = trained ]; then set -- --train-only "$@"; fi

if ! "$python" "$local/ablation_cell.py" --data "$data" --student "$student" --distill "$distill" \
  --targets "${targets[@]}" --output "$folder" --seed "$seed" --skipped-limit "$skipped_limit" "$@" > "$folder/log" 2>&1; then
  echo "failed: $(grep 'error:' "$folder/log" | tail -n 1) (log: $folder/log)" >&2
  exit 1
fi
touch "$folder/$reached"
echo "$reached in $SECONDS s: $(basename "$(dirname "$folder")") $(basename "$folder")"
