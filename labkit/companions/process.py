"""A companion as a process of its own, held by a notebook: a variable has its address as long as the kernel runs."""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys

from labkit.companions.leash import BYE
from labkit.paths import HOME


class Process:
    """A program that prints its address when it answers, and ends when its stdin does.

    Attributes:
        program: the module that is run, which calls labkit.companions.leash.main.
        url: its address; empty if it does not run.
    """

    def __init__(self, program: str, variable: str) -> None:
        """Start it, wait until it answers, and put its address into a variable."""
        self.program, self.url = program, ""
        self._started = subprocess.Popen(
            [sys.executable, "-m", program],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(HOME), os.environ.get("PYTHONPATH")]))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # an interrupt of a cell is meant for the cell
        )
        atexit.register(self.stop)
        assert self._started.stdout is not None
        self.url = self._started.stdout.readline().decode().strip()
        os.environ[variable] = self.url

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return bool(self.url) and self._started.poll() is None

    def stop(self) -> None:
        """End it."""
        assert self._started.stdin is not None
        assert self._started.stdout is not None
        with contextlib.suppress(OSError), self._started.stdin as leash:
            leash.write(BYE)
        self._started.wait()
        self._started.stdout.close()
        atexit.unregister(self.stop)

    def __repr__(self) -> str:
        """One line: where it answers, or that it does not."""
        name = self.program.rpartition(".")[2]
        return f"{name} on {self.url}" if self.running else f"{name} does not run: restart the kernel"
