"""Starts the process that sends a load, listens to it, and makes sure that it ends.

It ends by itself, by a button, by an interrupt of the cell, or because the kernel is gone.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from contextlib import ExitStack
from typing import Any

from labkit.http.requests import Ask
from labkit.loadtest.result import LoadResult
from labkit.loadtest.stop_button import stop_button
from labkit.paths import HOME

PATIENCE = 20.0
"""How many seconds the process may take to end when it was asked to."""


class Load(LoadResult):
    """A load that is being sent; its numbers are those so far."""

    def begin(self, url: str, shown: bool = True) -> Load:
        """Begin to send it to the server at this address.

        Args:
            url: the server's address.
            shown: whether it is drawn live, with a button that stops it; not where it is part of another picture.
        """
        self._process = _generator(self, url)
        self._done = threading.Event()
        with ExitStack() as around:
            around.callback(self._done.set)
            if shown:
                around.enter_context(stop_button(self.stop))
                around.enter_context(self.live(every=0.5))  # drawing takes time from the server, which it measures
            self._shown = around.pop_all()  # the thread that listens takes it away
        self._listening = threading.Thread(target=self._listen, name="labkit-load", daemon=True)
        self._listening.start()
        return self

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return not self._done.is_set()

    def wait(self) -> Load:
        """Wait until it has ended. An interrupt stops it, and what has come back so far is the result."""
        try:
            while not self._done.wait(0.1):
                pass
        except KeyboardInterrupt:
            self.stop()
        self._listening.join()
        return self

    def stop(self) -> Load:
        """Send no more requests; those under way come to their end."""
        if self.running and self.state in {"starting", "running"}:
            self.state = "stopped"
        self._hang_up()
        self._done.wait(PATIENCE)
        return self

    def _hang_up(self) -> None:
        """Close the input of the process, which is how it is told to end."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it has ended already
            self._process.stdin.close()

    def _listen(self) -> None:
        with self._shown, self._process as process:
            assert process.stdout is not None
            for report in process.stdout:
                self.take(report)
            self._hang_up()
            self._end(process)

    def _end(self, process: subprocess.Popen[str]) -> None:
        try:
            status = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
        if status and self.state != "stopped":
            self.state, self.why = "failed", f"the process that sends ended with {status}"
        elif self.state != "stopped":
            self.state = "ended"


def _generator(load: LoadResult, url: str) -> subprocess.Popen[str]:
    """Start the process that sends, in a session of its own: an interrupt of the kernel is not one of it."""
    plan: dict[str, Any] = {"url": url, "users": load.users, "seconds": load.seconds, "rate": load.rate}
    plan["asks"] = [_plain(ask) for ask in load.asks]
    process = subprocess.Popen(
        [sys.executable, "-m", "labkit.loadtest.generator"],
        cwd=HOME,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(plan) + "\n")
    process.stdin.flush()
    return process


def _plain(ask: Ask) -> dict[str, Any]:
    return {"method": ask.method, "path": ask.path, "body": ask.body, "headers": ask.headers}
