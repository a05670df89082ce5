#!/usr/bin/env python3
"""Run a command of local/ on a Slurm cluster, as several processes that share the work.

Waits until the job has ended; the exit code is 1 if a process failed.
"""

import argparse
import sys
from pathlib import Path

from command import Parser, run

from speechdistill.distributed.slurm import submit


def main(arguments: argparse.Namespace) -> None:
    options = {
        "gpus_per_node": arguments.gpus_per_node,
        "cpus_per_task": arguments.cpus_per_task,
        "timeout_min": arguments.minutes,
    }
    if arguments.partition:
        options["slurm_partition"] = arguments.partition
    submit(
        [sys.executable, *arguments.command],
        arguments.logs,
        arguments.nodes,
        arguments.tasks_per_node,
        options,
        arguments.cluster,
    )


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add("--nodes", type=int, default=1, help="machines")
    add("--tasks-per-node", type=int, default=1, help="processes on each")
    add("--gpus-per-node", type=int, default=0, help="as many as processes, or none")
    add("--cpus-per-task", type=int, default=4, help="of each process")
    add("--minutes", type=int, default=24 * 60, help="the job's time limit")
    add("--partition", help="of the cluster")
    add("--cluster", choices=["slurm", "local"], default="slurm", help="local: this machine")
    add("--logs", type=Path, default=Path("slurm_logs"), help="folder for what the processes say")
    add("command", nargs="+", metavar="-- COMMAND", help="of local/, with its options")
    run(parser, main)
