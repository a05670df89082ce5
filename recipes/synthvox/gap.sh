#!/usr/bin/env bash
# The modality-gap dial: how much distillation gains, by the share of a face's variance that the voice
# carries too; hard, soft (its margin chosen on dev trials) and with shuffled pairs.
# Options that are not listed here go to ablation.sh.
set -euo pipefail
recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$recipe/../../tools/recipe.sh"

exp=$recipe/exp/gap        # everything made goes here
settings=0.1,0.5,0.9       # shares of a face's variance that the voice carries too
rows=conf/gap_rows.txt     # none, hard, soft_<margin>, shuffled_<margin>
seeds=3                    # students per row and setting

parse_options "$@"
open_exp synthvox/gap.sh
. "$recipe/../../tools/path.sh"

folders=() reports=()
for share in ${settings//,/ }; do
  folder=$exp/shared_$share
  echo "share $share"
  "$recipe/ablation.sh" --exp "$folder" --shared "$share" --rows "$rows" --seeds "$seeds" --conditions false "${overrides[@]}"
  folders+=("$share=$folder/ablation") reports+=("$share=$folder/teacher_face/report.json")
done
"$python" "$root/local/report_gap.py" --setting "${folders[@]}" --seeds "$seeds" --teacher-report "${reports[@]}" --output "$exp/RESULTS.md" \
  --command "$SPEECHDISTILL_RUN_AS" --log "$exp/log/report.log"
