"""Runs on the workers of a Dask cluster, which need have nothing of ours: it travels there by value.

So it uses the standard library and distributed alone. It unpacks the code that came along, starts
autograder.workers.dask_station from there, and passes it one piece of work for each task.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from multiprocessing.connection import Client
from pathlib import Path
from typing import Any

from distributed import WorkerPlugin, get_worker

PATIENCE = 60.0
"""How long a station may take to start, in seconds."""


class Code(WorkerPlugin):  # type: ignore[misc]
    """Brings the code to every worker of a cluster, those that join later as well."""

    idempotent = True

    def __init__(self, name: str, archive: bytes) -> None:
        self.name = name
        self._archive = archive
        self._folder: str | None = None
        self._station: subprocess.Popen[bytes] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {"name": self.name, "_archive": self._archive, "_folder": None, "_station": None}

    def setup(self, worker: Any) -> None:
        """Unpack the code and start a station."""
        folder = self._folder = tempfile.mkdtemp(prefix="judge-")
        with zipfile.ZipFile(io.BytesIO(self._archive)) as archive:
            archive.extractall(folder)
        self._station = subprocess.Popen(
            [sys.executable, "-m", "autograder.workers.dask_station", self.address],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": folder},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def teardown(self, worker: Any) -> None:
        """End the station, which removes the code; it does so as well when this process is killed."""
        if self._station and self._station.stdin:
            self._station.stdin.close()
            try:
                self._station.wait(5)
            except subprocess.TimeoutExpired:
                self._station.kill()
                self._station.wait()

    @property
    def address(self) -> str:
        """The socket of the station."""
        return str(Path(self._folder or "") / "station")

    def call(self, work: bytes) -> bytes:
        """Pass work to the station and return its answer, both pickled."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with Client(self.address, "AF_UNIX") as station:
                    station.send_bytes(work)
                    return station.recv_bytes()
            except (FileNotFoundError, ConnectionRefusedError):
                if time.monotonic() > until or (self._station and self._station.poll() is not None):
                    raise RuntimeError("The judge did not start: is the lock installed in this worker?") from None
                time.sleep(0.05)


def caller(name: str) -> Callable[[bytes], bytes]:
    """Return a function that does a piece of work on the worker that runs it.

    Dask sends a function of a module by its name, which means nothing there; one that was made in another, by value.
    """

    def call(work: bytes) -> bytes:
        answer: bytes = get_worker().plugins[name].call(work)
        return answer

    return call
