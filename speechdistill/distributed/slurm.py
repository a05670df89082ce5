"""A command as several processes on the machines of a Slurm cluster."""

import logging
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from speechdistill.errors import InputError

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 1
FAILED = ".failed"


def submit(
    command: Sequence[str],
    logs: Path,
    nodes: int,
    tasks_per_node: int,
    options: Mapping[str, Any],
    cluster: str = "slurm",
) -> None:
    """Run a command once per task, each knowing its rank, and wait until all have ended.

    Arguments
    ---------
    command: words; the processes find each other by the environment, as those of torchrun do.
    logs: folder for what they print.
    nodes, tasks_per_node: machines, and processes on each.
    options: submitit's: ``gpus_per_node``, ``cpus_per_task``, ``timeout_min``, ``slurm_partition``.
    cluster: ``slurm``, or ``local`` for processes on this machine.

    Raises
    ------
    InputError: the extra ``slurm`` is not installed, there is no Slurm here, or a process failed:
        then with the last lines it wrote.
    """
    try:
        import submitit
    except ImportError as error:
        raise InputError("submitting wants: pip install 'speechdistill[slurm]'") from error
    try:
        executor = submitit.AutoExecutor(logs, cluster=cluster)
        executor.update_parameters(nodes=nodes, tasks_per_node=tasks_per_node, **options)
    except (RuntimeError, NameError, ValueError, AssertionError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"cannot submit to {cluster}: {reason}") from error
    with submitit.helpers.clean_env():
        job = executor.submit(run_task, list(command), logs.absolute())
    logger.info("job %s: it writes to %s", job.job_id, logs)
    while not (failures := _failures(logs, job)) and not job.done():
        time.sleep(SECONDS_BETWEEN_LOOKS)
    if failures:
        job.cancel(check=False)  # the others would wait for it
        raise InputError(
            f"process {failures[0]} of job {job.job_id} failed: {_said(job.task(failures[0]))}"
        )
    for number in range(job.num_tasks):
        if job.task(number).exception() is not None:
            raise InputError(
                f"process {number} of job {job.job_id} was ended: {_said(job.task(number))}"
            )


def run_task(command: Sequence[str], logs: Path) -> None:
    """Run the command as the process that submitit names; leave a mark if it fails."""
    import submitit

    environment = submitit.helpers.TorchDistributedEnvironment()
    # Every process sees all GPUs of its machine and takes the one of its number.
    environment.export(set_cuda_visible_devices=False, overwrite=True)
    ended = subprocess.run(command, check=False)
    if ended.returncode != 0:
        job = submitit.JobEnvironment().job_id
        (logs / f"{job}_{environment.rank}{FAILED}").touch()
        raise SystemExit(ended.returncode)


def _failures(logs: Path, job) -> list[int]:
    marks = logs.glob(f"{job.job_id}_*{FAILED}")
    return sorted(int(mark.name.removesuffix(FAILED).rsplit("_", 1)[1]) for mark in marks)


def _said(task) -> str:
    lines = (task.stderr() or "").splitlines()
    errors = [line for line in lines if "error: " in line.lower()]
    return f"{(errors or lines or ['it printed nothing'])[0]} (log: {task.paths.stderr})"
