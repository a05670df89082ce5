#!/usr/bin/env bash
# Make the environment: the active virtualenv or conda environment, else .venv in the repository.
# Arguments are the extras of setup.py to install; if there are none, all but `faces`, which is 104 MB, and `dask`.
# What is there already is only looked at. PYTHON chooses the interpreter.
set -euo pipefail
# shellcheck source=tools/path.sh
. "$(dirname "${BASH_SOURCE[0]}")/path.sh"

say() { echo "setup: $*"; }
die() { echo "setup: error: $*" >&2; exit 1; }

all=(synth text onnx voices slurm dev)
wanted=("${@:-${all[@]}}")
versions=$(cat "$root/setup.py" "$root/tools/constraints.txt" "$root/tools/setup.sh" | cksum)
stamp=$environment/.speechdistill-setup # these versions, and the extras that are installed in them
installed=()
if [ -x "$python" ] && [ "$(head -n 1 "$stamp" 2>/dev/null)" = "$versions" ]; then
  read -ra installed < <(tail -n +2 "$stamp") || true
  missing=()
  for extra in "${wanted[@]}"; do
    if [[ " base ${installed[*]} " != *" $extra "* ]]; then missing+=("$extra"); fi
  done
  if [ "${#missing[@]}" = 0 ]; then
    say "$environment is ready"
    exit 0
  fi
  wanted=("${missing[@]}")
fi

if [ ! -x "$python" ]; then
  base=${PYTHON:-python3}
  "$base" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null ||
    die "$base is missing or older than 3.10: set PYTHON to a newer Python"
  "$base" -m venv "$environment" || die "cannot make $environment: install Python's venv module"
  say "made $environment with $("$python" --version)"
fi

extras=$(IFS=,; echo "${wanted[*]}")
extras=${extras/#base/} # the package alone
say "installing the package and its pinned dependencies${extras:+ with the extras $extras} (a minute or two)"
"$python" -m pip install --quiet --disable-pip-version-check \
  --constraint "$root/tools/constraints.txt" --editable "$root${extras:+[$extras]}" 2> >(grep -v '^WARNING: Location' >&2) ||
  die "pip could not install the package: see its message above"
# Of Resemblyzer a file of parameters is read and nothing run: what it depends on, 65 MB and a compiler,
# can stay away.
if [[ " ${wanted[*]} " == *" voices "* ]]; then
  "$python" -m pip install --quiet --disable-pip-version-check --no-deps \
    --constraint "$root/tools/constraints.txt" Resemblyzer 2> >(grep -v '^WARNING: Location' >&2) ||
    die "pip could not install Resemblyzer: see its message above"
fi
say "installed speechdistill${extras:+ with the extras $extras}"

"$python" "$root/tools/fit_torchaudio.py" || die "torchaudio does not import: see above"
"$python" -c 'import torch, torchaudio, speechbrain, lhotse
for module in torch, torchaudio, speechbrain, lhotse: print("setup:", module.__name__, module.__version__, "imports")' ||
  die "a library does not import: see above"
printf '%s\n' "$versions" "${installed[*]} ${wanted[*]}" > "$stamp"
say "$environment is ready"
