#!/usr/bin/env bash
# Lint, type-check and test. Arguments go to pytest: tools/test.sh -m "not slow" is the fast part.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
extras=(synth text onnx voices slurm dev) # faces, 104 MB, on demand: ./tools/setup.sh faces
. tools/path.sh

bin=$environment/bin
"$bin/ruff" check .
"$bin/ruff" format --check .
"$bin/mypy"
"$bin/shellcheck" -x recipes/*/*.sh tools/*.sh .ci/run
"$python" -m pytest --numprocesses 2 --dist worksteal "$@"
