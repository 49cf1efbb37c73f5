"""The race: the same prediction in five servers, measured one after the other in one run, as ratios.

Which numbers come out depends on the machine; how they stand to each other does so less. Nothing of it is graded.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from labkit.companions import bound
from labkit.http.client import connect
from labkit.http.requests import Ask
from labkit.labs.lab13_scale.replica_set import START, NotServed, free_ports
from labkit.loadtest.load import Load
from labkit.pictures.live import LivePicture, drawn

FIRST = "Flask"
REQUEST = Ask("POST", "/predict", '{"features": [5.1, 3.5, 1.4, 0.2]}', {"Content-Type": "application/json"})
_OURS = "labkit.labs.lab13_scale"


def _bar(share: float) -> str:
    return f'<div style="height: 14px; border-radius: 3px; background: var(--s0); width: {100 * share:.0f}%"></div>'


@dataclass(repr=False)
class Race(LivePicture):
    """How many answers a second each has given.

    Attributes:
        speeds: answers in a second, by the contestant's name.
        problems: why others could not take part.
        asked: who is measured now.
    """

    speeds: dict[str, float] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    asked: str = ""

    def html(self) -> str:
        """Return a bar for each."""
        most = max([1.0, *self.speeds.values()])
        rows = [
            f"<tr><td>{name}</td><td style='width: 60%'>{_bar(speed / most)}</td>"
            f"<td class='end'>{self._ratio(name)}</td></tr>"
            for name, speed in self.speeds.items()
        ]
        rows += [f"<tr><td>{name}</td><td colspan=2>{why}</td></tr>" for name, why in self.problems.items()]
        return drawn("The race", self._note(), [f"<table>{''.join(rows)}</table>"])

    def __str__(self) -> str:
        lines = [f"The race: {self._note()}"]
        lines += [f"  {name:<24} {self._ratio(name)}" for name in self.speeds]
        return "\n".join([*lines, *(f"  {name:<24} {why}" for name, why in self.problems.items())])

    def _note(self) -> str:
        known = f"{self.speeds[FIRST]:,.0f} in a second" if FIRST in self.speeds else "not measured"
        now = f", now: {self.asked}" if self.asked else ""
        return f"answers, compared to {FIRST} ({known}){now}"

    def _ratio(self, name: str) -> str:
        first = self.speeds.get(FIRST) or 0.0
        return f"{self.speeds[name] / first:.2f}" if first else f"{self.speeds[name]:,.0f} in a second"


def run(module: Path, users: int, seconds: float) -> Race:
    """Measure all of them in turn, in one picture; who interrupts it keeps what was measured."""
    race = Race()
    with race.live():
        for race.asked, words in contestants(module).items():
            try:
                with _served(words, module) as url:
                    load = Load([REQUEST], users, seconds).begin(url, shown=False).wait()
            except NotServed as problem:
                race.problems[race.asked] = str(problem)
                continue
            if load.state == "stopped":
                break
            race.speeds[race.asked] = load.throughput
        race.asked = ""
    return race


def contestants(module: Path) -> dict[str, list[str]]:
    """Return how each is started, but for the port."""
    gunicorn, uvicorn = ["gunicorn", "--no-control-socket"], ["uvicorn", "--log-level", "error"]
    return {
        FIRST: [*gunicorn, "--pythonpath", str(module.with_suffix("")), "flask_app:app"],
        "Django REST framework": [*gunicorn, f"{_OURS}.rest:app"],
        "FastAPI, def": [*uvicorn, f"{_OURS}.contestants:plain"],
        "FastAPI, async def": [*uvicorn, f"{_OURS}.contestants:coroutine"],
        "your module": [*uvicorn, f"{module.stem}:app"],
    }


@contextlib.contextmanager
def _served(words: list[str], module: Path) -> Iterator[str]:
    port = free_ports(1)[0]
    url = f"http://127.0.0.1:{port}"
    where = ["--bind", f"127.0.0.1:{port}"] if words[0] == "gunicorn" else ["--port", str(port)]
    environment = {
        "MODEL_PATH": os.environ.get("MODEL_PATH", str(module.resolve().parent.parent / "data" / "iris.joblib"))
    }
    process = bound.start([sys.executable, "-m", *words, *where], cwd=module.parent, environment=environment)
    try:
        if not _answers(process, url):
            raise NotServed(f"it does not start: {bound.last_words(bound.end(process))}")
        yield url
    finally:
        bound.end(process)


def _answers(process: subprocess.Popen[bytes], url: str) -> bool:
    """Whether a server answers, once it does."""
    until = time.monotonic() + START
    with connect(url) as client:
        while process.poll() is None and time.monotonic() < until:
            with contextlib.suppress(httpx.HTTPError):
                client.get("/", timeout=5.0)
                return True
            time.sleep(0.05)
    return False
