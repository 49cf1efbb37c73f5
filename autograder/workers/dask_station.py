"""Judges what it is sent over a socket: how a worker of a Dask cluster does its work, in processes of its own.

    python -m autograder.workers.dask_station SOCKET

A check's time limit needs the main thread of a process, and a judge may die; neither may harm the cluster's worker.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from autograder.workers.pool import Pool
from labkit.paths import HOME

PREFIX = "judge-"
"""What the name of the folder begins with that the code is unpacked into."""
_idle: SimpleQueue[Pool] = SimpleQueue()


def main(address: str) -> None:
    """Serve until the process above is gone."""
    threading.Thread(target=_leash, args=[Path(address).resolve().parent], daemon=True).start()
    with Listener(address, "AF_UNIX", backlog=64) as listener:
        while True:
            threading.Thread(target=_serve, args=[listener.accept()], daemon=True).start()


def answer(function: str, argument: Any) -> Any:
    """Do a piece of work in a process that is free, or in a new one; there are as many as the cluster asks at once."""
    try:
        pool = _idle.get_nowait()
    except Empty:
        pool = Pool(1)
    try:
        [(_, found)] = pool.run(function, [argument])
        return found
    finally:
        _idle.put(pool)


def _serve(connection: Connection) -> None:
    with connection:
        connection.send(answer(*connection.recv()))


def _leash(folder: Path) -> None:
    os.read(0, 1)
    if folder == HOME and folder.name.startswith(PREFIX):  # then it holds the code that came along
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)  # our workers end when we do


if __name__ == "__main__":
    main(sys.argv[1])
