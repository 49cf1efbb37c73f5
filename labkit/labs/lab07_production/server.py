"""A production server of the student's module, as processes of their own, held by the notebook.

server = lab.production("uvicorn", workers=2)
server.client.get("/whoami").json()
server.kill(server.workers[0])
server.terminate()
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from html import escape
from pathlib import Path

import httpx
import psutil

from labkit.http.client import connect
from labkit.labs.lab07_production.roulette import Roulette, spin
from labkit.live.log import Log
from labkit.paths import HOME
from labkit.pictures.live import LivePicture, Tone, drawn

START = 120.0
"""How long a server may take until it answers, in seconds."""
_LAST_WORDS = 2.0
"""How long to wait for the last lines of a server that has ended, in seconds."""
_APP = re.compile(r"^(app\b\s*[:=]|def __getattr__\(|async def app\()", re.MULTILINE)
_ELSEWHERE = "A production server takes Linux or macOS: work in WSL, or in a container."


class Production(LivePicture):
    """A running server: its processes, its address, what it has said.

    Attributes:
        command: what to type to start the same in a terminal, in the folder `labs`.
        url: its address.
        pid: its main process; 0 if it never started.
        letters: what its processes are called in pictures, by pid.
        log: what its processes have printed and logged.
    """

    def __init__(
        self, module: Path, program: str, workers: int | None, options: tuple[str, ...], environment: Mapping[str, str]
    ) -> None:
        """Start the server; `Lab.production` is the way to do it."""
        if os.name != "posix":
            raise RuntimeError(_ELSEWHERE)
        self.log = Log()
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        words = _words(module, program, workers, options, self._port)
        self.command = " ".join(words)
        self.pid = 0
        self.letters: dict[int, str] = {}
        self._code: int | None = None
        self._state = "starting"
        self._stopped = False
        self._begun = time.monotonic()
        self._start([sys.executable, "-m", *words], module.parent, environment)
        self.client = connect(self.url)
        atexit.register(self.stop)

    def begin(self) -> Production:
        """Wait until it answers, and show how it comes up."""
        with self.live():
            return self.wait()

    def wait(self) -> Production:
        """Wait until it answers."""
        until = self._begun + START
        while self.running and not self._answers() and time.monotonic() < until:
            time.sleep(0.05)
        self._state = "running" if self.running and time.monotonic() < until else "failed"
        return self

    @property
    def running(self) -> bool:
        """Whether its main process runs."""
        return self.exit_code() is None

    @property
    def workers(self) -> list[int]:
        """The numbers of the processes below the main one, the oldest first."""
        found = []
        with contextlib.suppress(psutil.Error):
            for child in sorted(psutil.Process(self.pid).children(), key=lambda one: one.create_time()):
                with contextlib.suppress(psutil.Error):
                    if child.status() != psutil.STATUS_ZOMBIE and "resource_tracker" not in " ".join(child.cmdline()):
                        found.append(child.pid)
        return found if self.pid else []

    def kill(self, pid: int) -> None:
        """Kill one of its processes at once, as `kill -9` does."""
        self.signal(signal.SIGKILL, pid)

    def terminate(self) -> None:
        """Tell its main process to end, as `kill` does, and as a container's engine does."""
        self.signal(signal.SIGTERM, self.pid)

    def signal(self, number: int, pid: int) -> None:
        """Send a signal to one of its processes.

        Raises:
            ValueError: the process is none of its.
        """
        if pid not in (self.pid, *self.workers) or not self.running:
            raise ValueError(f"{pid} is no process of this server; it has {self.pid} and {self.workers}")
        os.kill(pid, number)

    def exit_code(self, seconds: float = 0.0) -> int | None:
        """Return how it has ended, if need be after waiting for it; None while it runs, a signal counts as negative."""
        if self._code is None and select.select([self._report], [], [], seconds)[0]:
            said = os.read(self._report, 100).decode().split()
            self._code = int(said[-1]) if said else 1
            self._reading.join(_LAST_WORDS)
            self._state = "failed" if self._state in ("starting", "failed") else "ended"
        return self._code

    def stop(self) -> Production:
        """End it, and wait until nothing of it is left."""
        if self._stopped:
            return self
        self._stopped = True
        assert self._leash.stdin is not None
        assert self._leash.stdout is not None
        with contextlib.suppress(OSError):
            self._leash.stdin.close()
        self._leash.wait()
        self.exit_code(1.0)
        self._reading.join(2.0)
        self._leash.stdout.close()
        os.close(self._report)
        self.client.close()
        atexit.unregister(self.stop)
        return self

    def __enter__(self) -> Production:
        """Use it in a with block, which stops it."""
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def roulette(
        self, path: str = "/count", *, seconds: float = 6.0, per_second: float = 40.0, kill_after: float | None = None
    ) -> Roulette:
        """Send requests for a while and draw which process answers which; `kill_after` some seconds kill one."""
        return spin(self, path, seconds, per_second, kill_after)

    def html(self) -> str:
        """Return its state, its processes and the last lines of its log."""
        tone = {"starting": Tone.WAIT, "running": Tone.GOOD, "failed": Tone.BAD}.get(self._state, Tone.OFF)
        cards = [self._card(f"main process {self.pid}", self._words(), tone)]
        cards += [self._card(f"worker {pid}", "runs", Tone.GOOD) for pid in self.workers]
        said = f'<div class="message">{escape(self.log.tail(4)) or "nothing yet"}</div>'
        line = f'<div class="muted">in a terminal: <code>{escape(self.command)}</code></div>'
        return drawn(self.url, self._state, [f'<div class="cards">{"".join(cards)}</div>', said, line])

    def __str__(self) -> str:
        workers = f", workers {', '.join(map(str, self.workers))}" if self.workers else ""
        lines = [f"{self.url}: {self._words()}, main process {self.pid}{workers}", f"in a terminal: {self.command}"]
        if self._state in ("failed", "ended"):
            lines += self.log.tail(4).splitlines()
        return "\n".join(lines)

    def _words(self) -> str:
        return f"ended with exit code {self._code}" if self._code is not None else self._state

    @staticmethod
    def _card(name: str, state: str, tone: Tone) -> str:
        sign = f'<b class="sign">{tone.sign}</b>'
        head = f'<div class="card {tone}" data-card="{escape(name)}" data-tone="{tone}">'
        return f'{head}<div>{sign} <b>{escape(name)}</b></div><div class="state-words">{escape(state)}</div></div>'

    def _start(self, command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._report, theirs = os.pipe()
        paths = [str(HOME), *filter(None, [os.environ.get("PYTHONPATH")])]
        own = {"PYTHONUNBUFFERED": "1", "PYTHONPATH": os.pathsep.join(paths)}
        self._leash = subprocess.Popen(
            [sys.executable, "-m", "labkit.labs.lab07_production.supervisor", str(theirs), *command],
            cwd=folder,
            env={**os.environ, **own, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[theirs],
            start_new_session=True,
        )
        os.close(theirs)
        first = b""
        while not first.endswith(b"\n") and (part := os.read(self._report, 1)):
            first += part
        self.pid = int(first or 0)
        self._reading = threading.Thread(target=self._read, name="labkit-production", daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self._leash.stdout is not None
        for line in self._leash.stdout:
            self.log.write(line.decode("utf-8", "replace"))

    def _answers(self) -> bool:
        try:
            self.client.get("/openapi.json", timeout=2.0)
        except httpx.HTTPError:
            return False
        return True


def _words(module: Path, program: str, workers: int | None, options: tuple[str, ...], port: int) -> list[str]:
    """Return the command line, as it would be typed in the folder of the module."""
    name, text = module.stem, module.read_text(encoding="utf-8") if module.exists() else ""
    factory = not _APP.search(text) and "def create_app(" in text
    count = ["--workers", str(workers)] if workers else []
    if program == "uvicorn":
        app = ["--factory", f"{name}:create_app"] if factory else [f"{name}:app"]
        return ["uvicorn", *app, "--port", str(port), *count, *options]
    if program != "gunicorn":
        raise ValueError(f"{program} is neither uvicorn nor gunicorn")
    config = Path(name) / "gunicorn.conf.py"
    if (module.parent / config).exists() and "worker_class" in (module.parent / config).read_text(encoding="utf-8"):
        chosen = ["--config", config.as_posix()]
    else:
        chosen = ["--worker-class", "uvicorn_worker.UvicornWorker"]
    bound = ["--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    return ["gunicorn", *chosen, *count, *bound, *options, f"{name}:create_app()" if factory else f"{name}:app"]


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as any_socket:
        any_socket.bind(("127.0.0.1", 0))
        return int(any_socket.getsockname()[1])
