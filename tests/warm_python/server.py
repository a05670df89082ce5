"""A process that has imported all that the commands import, and forks to run them.

usage: server.py NAME, of an abstract socket

It ends with the process that holds its standard input open.
"""

import atexit
import gc
import importlib
import multiprocessing.context
import os
import runpy
import select
import signal
import socket
import sys
import threading
import traceback
from contextlib import suppress
from typing import NoReturn

from speechdistill.commands.main import COMMANDS
from tests.warm_python import LOCAL


def main(name: str) -> None:
    sys.path[0] = str(LOCAL)  # as a script there has it
    for script in sorted(LOCAL.glob("*.py")):
        importlib.import_module(script.stem)
    for command in COMMANDS:
        importlib.import_module(f"speechdistill.commands.{command}")
    for later in ("speechdistill.training.train_student", "torch._dynamo"):
        importlib.import_module(later)
    # Workers of a grid are forked, too: a command has one thread, and they need no imports either.
    contexts = multiprocessing.context._concrete_contexts
    contexts["spawn"] = contexts["fork"]
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"\0{name}")
        listener.listen()
        print("ready", flush=True)
        serve(listener)


def serve(listener: socket.socket) -> None:
    """Fork for every client; tell it how its command ended."""
    clients: dict[int, socket.socket] = {}
    ended, waker = socket.socketpair()
    waker.setblocking(False)
    signal.set_wakeup_fd(waker.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while sys.stdin not in (ready := select.select([listener, ended, sys.stdin], [], [])[0]):
        if listener in ready:
            client, _ = listener.accept()
            if (command := os.fork()) == 0:
                answer(client)
            clients[command] = client
        if ended in ready:
            ended.recv(1 << 12)
            for command in [*clients]:
                done, status = os.waitpid(command, os.WNOHANG)
                if done:
                    with clients.pop(done) as client, suppress(OSError):  # it may be killed
                        client.sendall(status.to_bytes(4, "big"))


def answer(client: socket.socket) -> NoReturn:
    """Run what a client asks for."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    length, (*streams, here), _, _ = socket.recv_fds(client, 4, 4)
    with client.makefile("rb") as message:
        count, *words = os.fsdecode(message.read(int.from_bytes(length, "big"))).split("\0")
    client.close()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.fchdir(here)
    for descriptor in (*streams, here):
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(word.split("=", 1) for word in words[int(count) :])
    run(words[: int(count)])


def run(words: list[str]) -> NoReturn:
    """Run a script, and end as Python does, but for taking all modules apart, for a second."""
    sys.argv = words
    code: object = 1
    try:
        runpy.run_path(words[0], run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    main(sys.argv[1])
