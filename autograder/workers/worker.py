"""One worker: a process that calls a function for each argument it is sent, until it is no longer wanted.

    python -m autograder.workers.worker DESCRIPTOR

It is a process of its own, not of multiprocessing, so that it can be started from anywhere, also from the workers of a
cluster, and does not depend on how the program above it was started.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing.connection import Connection, Pipe
from pkgutil import resolve_name
from typing import Any

from autograder.judging.patience import LONGEST
from labkit.paths import HOME

MEMORY = 1 << 30
"""How much memory a worker may take, in bytes, whatever it reads or is sent. What it starts has limits of its own."""


class Lost(Exception):
    """The worker is gone; the message says how, without a full stop."""


class Worker:
    """A worker, as seen from the process that gives it work."""

    def __init__(self) -> None:
        self.connection, theirs = Pipe()
        # In a session of its own, an interrupt from the keyboard reaches us alone, and we end it in order.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "autograder.workers.worker", str(theirs.fileno())],
            cwd=HOME,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        self.until = 0.0

    @property
    def id(self) -> int:
        """Its process."""
        return self._process.pid

    def send(self, function: str, argument: Any, seconds: float = LONGEST) -> None:
        """Give it work: a function, as `module:name`, and its argument.

        Raises:
            Lost: it is gone.
        """
        self.until = time.monotonic() + seconds
        try:
            self.connection.send((function, argument))
        except OSError:
            raise Lost(self._how()) from None

    def receive(self) -> Any:
        """Return what the function returned, or raise what it raised.

        Raises:
            Lost: it is gone, or took too long.
        """
        try:
            if not self.connection.poll(max(0.0, self.until - time.monotonic())):
                raise Lost("it took too long")
            fine, value = self.connection.recv()
        except (EOFError, OSError):
            raise Lost(self._how()) from None
        if fine:
            return value
        raise value

    def close(self) -> None:
        """End it, whatever it is doing. What it had started ends by itself."""
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self.connection.close()

    def _how(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = self._process.wait(1)
            return f"its process was ended by signal {-status}" if status < 0 else f"its process ended with {status}"
        return "its process fell silent"


def main(descriptor: int) -> None:
    """Serve until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _bound_memory()
    threading.Thread(target=_leash, daemon=True).start()
    connection = Connection(descriptor)
    with contextlib.suppress(EOFError, OSError):
        while True:
            function, argument = connection.recv()
            try:
                answer = True, resolve_name(function)(argument)
            except Exception as problem:  # noqa: BLE001 (the other side has to hear of it, whatever it is)
                answer = False, RuntimeError(f"{type(problem).__name__}: {problem}")
            connection.send(answer)
            if not gc.get_freeze_count():
                gc.collect()
                gc.freeze()  # what is loaded by now stays, and need not be looked through again


def _bound_memory() -> None:
    """Let what takes too much memory fail in this process, where the platform knows how."""
    with contextlib.suppress(ImportError, AttributeError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def _leash() -> None:
    """End at once when the process above is gone, also in the middle of work."""
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
