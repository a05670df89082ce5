# shellcheck shell=bash
# Sourced by every entry point: where the repository and its Python are; makes the environment if need be.
# The array `extras` names what is needed of setup.py's extras; unset: the package alone.
# An active virtualenv or conda environment is taken (never conda's base), else .venv in the repository.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
environment=$root/.venv
if [ -n "${CONDA_PREFIX:-}" ] && [ "${CONDA_DEFAULT_ENV:-base}" != base ]; then environment=$CONDA_PREFIX; fi
if [ -n "${VIRTUAL_ENV:-}" ]; then environment=$VIRTUAL_ENV; fi
# shellcheck disable=SC2034  # the scripts that source this file use it
python=$environment/bin/python
export PATH=$environment/bin:$PATH # torchrun is there
export PYTHONPATH=$root${PYTHONPATH:+:$PYTHONPATH}
# In a log file a progress bar is a line now and then.
if [ ! -t 2 ]; then export TQDM_MININTERVAL=${TQDM_MININTERVAL:-20}; fi
if [ "$(basename "$0")" != setup.sh ]; then "$root/tools/setup.sh" "${extras[@]:-base}" >&2; fi
