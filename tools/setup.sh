#!/usr/bin/env bash
# Make the environment: the active virtualenv or conda environment, else .venv in the repository.
# A second call only looks whether the first one finished. PYTHON chooses the interpreter.
set -euo pipefail
# shellcheck source=tools/path.sh
. "$(dirname "${BASH_SOURCE[0]}")/path.sh"

say() { echo "setup: $*"; }
die() { echo "setup: error: $*" >&2; exit 1; }

wanted=$(cat "$root/setup.py" "$root/tools/constraints.txt" "$root/tools/setup.sh" | cksum)
stamp=$environment/.speechdistill-setup
if [ -x "$python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
  say "$environment is ready"
  exit 0
fi

if [ ! -x "$python" ]; then
  base=${PYTHON:-python3}
  "$base" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null ||
    die "$base is missing or older than 3.10: set PYTHON to a newer Python"
  "$base" -m venv "$environment" || die "cannot make $environment: install Python's venv module"
  say "made $environment with $("$python" --version)"
fi

say "installing the package and its pinned dependencies (about two minutes, 2 GB with a CPU torch)"
"$python" -m pip install --quiet --disable-pip-version-check \
  --constraint "$root/tools/constraints.txt" --editable "${root}[synth,text,onnx,slurm,dev]" 2> >(grep -v '^WARNING: Location' >&2) ||
  die "pip could not install the package: see its message above"
say "installed speechdistill with the extras synth, text, onnx, slurm and dev"

"$python" "$root/tools/fit_torchaudio.py" || die "torchaudio does not import: see above"
for module in torch torchaudio speechbrain lhotse; do
  "$python" -c "import $module; print('setup: $module', $module.__version__, 'imports')" 2>/dev/null ||
    die "$module does not import: run $python -c 'import $module' to see why"
done
echo "$wanted" > "$stamp"
say "$environment is ready"
