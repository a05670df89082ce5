"""A command as several processes on the machines of a Slurm cluster."""

import logging
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from speechdistill.base.errors import InputError

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
    tasks = [job.task(number) for number in range(job.num_tasks)]
    try:
        while not all(task.done() for task in tasks):
            time.sleep(SECONDS_BETWEEN_LOOKS)
    except KeyboardInterrupt:
        job.cancel(check=False)
        raise
    failed = _failures(logs, job.job_id)
    failed += [number for number, task in enumerate(tasks) if task.exception() is not None]
    if failed:
        raise InputError(
            f"process {failed[0]} of job {job.job_id} failed: {_said(tasks[failed[0]])}"
        )


def run_task(command: Sequence[str], logs: Path) -> None:
    """Run the command as the process that submitit names.

    One that fails leaves a mark, upon which the others end: they would wait for it.
    """
    import submitit

    environment = submitit.helpers.TorchDistributedEnvironment()
    # Every process sees all GPUs of its machine and takes the one of its number.
    environment.export(set_cuda_visible_devices=False, overwrite=True)
    job_id = submitit.JobEnvironment().job_id
    process = subprocess.Popen(command)
    while process.poll() is None:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        if _failures(logs, job_id):
            process.terminate()
            raise RuntimeError(f"another process of job {job_id} failed")
    if process.returncode != 0:
        (logs / f"{job_id}_{environment.rank}{FAILED}").touch()
        raise subprocess.CalledProcessError(process.returncode, command)


def _failures(logs: Path, job_id: str) -> list[int]:
    marks = logs.glob(f"{job_id}_*{FAILED}")
    return sorted(int(mark.name.removesuffix(FAILED).rsplit("_", 1)[1]) for mark in marks)


def _said(task) -> str:
    lines = (task.stderr() or "").splitlines()
    errors = [line for line in lines if "error: " in line.lower()]
    return f"{(errors or lines or ['it printed nothing'])[0]} (log: {task.paths.stderr})"
