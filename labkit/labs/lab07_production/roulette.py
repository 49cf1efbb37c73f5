"""PID roulette: which process answers which request, and what a counter of each process says.

    roulette = server.roulette(seconds=6, kill_after=2)

Every answer is a field in the colour, and with the letter, of the process that gave it. Each process counts the calls
it has answered; none of these numbers is the number of requests.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import ascii_uppercase
from typing import Protocol

import httpx

from labkit.http.client import connect
from labkit.http.requests import Ask
from labkit.loadtest.load import Load
from labkit.pictures.chart import Chart
from labkit.pictures.live import LivePicture, drawn
from labkit.pictures.scale import number

STYLE = Path(__file__).with_name("roulette.css").read_text(encoding="utf-8")
AT_ONCE = 4
LOST = 0
LONGEST = 30.0
"""How long to wait for the one that takes the place of a killed one, in seconds."""


class Server(Protocol):
    """What is asked of a production server: its address, its workers and their letters, and that one is killed."""

    url: str
    letters: dict[int, str]

    @property
    def workers(self) -> list[int]:
        """The numbers of its workers."""
        ...

    def kill(self, pid: int) -> None:
        """Kill one of them."""
        ...


@dataclass
class Process:
    """A process that has answered: its letter, its number, how often it did, and what its own counter said last."""

    letter: str
    pid: int
    answers: int = 0
    counter: int = 0


@dataclass(repr=False)
class Roulette(LivePicture):
    """A stream of requests, and who answered each.

    Attributes:
        answers: the pid that answered, for each request in order; 0 where none did.
        processes: who has answered, by pid.
        killed: before which request which process was killed.
        letters: the letter of each process, by pid: one that has answered in a picture before keeps its own.
        title: what it is called.
    """

    answers: list[int] = field(default_factory=list)
    processes: dict[int, Process] = field(default_factory=dict)
    killed: dict[int, int] = field(default_factory=dict)
    letters: dict[int, str] = field(default_factory=dict)
    title: str = "PID roulette"
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, pid: int, counter: int) -> None:
        """Note an answer."""
        with self._lock:
            letter = self.letters.setdefault(pid, ascii_uppercase[len(self.letters) % 26])
            process = self.processes.setdefault(pid, Process(letter, pid))
            process.answers += 1
            process.counter = max(process.counter, counter)
            self.answers.append(pid)

    def lose(self) -> None:
        """Note a request that nobody answered."""
        with self._lock:
            self.answers.append(LOST)

    def kill(self, server: Server, pid: int) -> None:
        """Kill a process, and note when."""
        with self._lock:
            self.killed[pid] = len(self.answers)
        server.kill(pid)

    def html(self) -> str:
        """Return a field for each answer, and a row for each process."""
        marks = {at: pid for pid, at in self.killed.items()}
        fields = []
        for at, pid in enumerate(list(self.answers)):
            if at in marks:
                fields.append(f'<b class="cut">✗ killed {marks[at]}</b>')
            fields.append(self._field(pid))
        rows = "".join(map(self._row, list(self.processes.values())))
        head = "<tr><td></td><td>process</td><td class='end'>answers</td><td class='end'>its counter</td><td></td></tr>"
        style = f"<style>{STYLE}</style>"
        return drawn(
            self.title,
            self._total(),
            [style, f'<div class="fields">{"".join(fields)}</div>', f"<table>{head}{rows}</table>"],
        )

    def __str__(self) -> str:
        lines = [
            f"{self.title}: {self._total()}",
            "  " + "".join(self._letter(pid) for pid in list(self.answers)[-200:]),
        ]
        for process in list(self.processes.values()):
            end = ", killed" if process.pid in self.killed else ""
            said = f"{process.answers} answers, its counter says {process.counter}{end}"
            lines.append(f"  {process.letter}  pid {process.pid}: {said}")
        return "\n".join(lines)

    def _total(self) -> str:
        lost = self.answers.count(LOST)
        return f"{len(self.answers)} requests, {len(self.processes)} processes{f', {lost} lost' if lost else ''}"

    def _letter(self, pid: int) -> str:
        return self.processes[pid].letter if pid else "!"

    def _field(self, pid: int) -> str:
        if not pid:
            return '<i class="lost" title="no answer">!</i>'
        return f'<i class="{self._colour(pid)}" data-pid="{pid}" title="{pid}">{self.processes[pid].letter}</i>'

    def _colour(self, pid: int) -> str:
        return f"s{ascii_uppercase.index(self.letters[pid]) % 6}"

    def _row(self, process: Process) -> str:
        end = "✗ killed" if process.pid in self.killed else ""
        mark = f'<i class="{self._colour(process.pid)}">{process.letter}</i>'
        return (
            f'<tr><td class="fields">{mark}</td><td>{process.pid}</td>'
            f'<td class="end">{process.answers}</td><td class="end">{process.counter}</td><td>{escape(end)}</td></tr>'
        )


def spin(server: Server, path: str, seconds: float, per_second: float, kill_after: float | None) -> Roulette:
    """Send requests to a server for a while, and draw who answers; kill a worker on the way if that is wanted."""
    roulette = Roulette(letters=server.letters)
    with roulette.live():
        for passed in stream(roulette, server, path, seconds, per_second):
            if kill_after is not None and passed > kill_after and not roulette.killed and roulette.processes:
                roulette.kill(server, next(pid for pid in server.workers if pid in roulette.processes))
    return roulette


def stream(roulette: Roulette, server: Server, path: str, seconds: float, per_second: float) -> Iterator[float]:
    """Send requests to a server for a while, and until the one is there that takes the place of a killed one.

    Yields:
        How many seconds have passed, a few times a second.
    """
    begun = time.monotonic()
    with connect(server.url) as client, ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = []
        while (passed := time.monotonic() - begun) < seconds or (_replacing(roulette) and passed < LONGEST):
            waiting += [pool.submit(_ask, client, path, roulette) for _ in range(AT_ONCE)]
            yield passed
            time.sleep(AT_ONCE / per_second)
        for one in waiting:
            one.result()


def _replacing(roulette: Roulette) -> bool:
    """Whether a process was killed, and none that is new has answered since."""
    return any(not set(roulette.answers[at:]) - {LOST, *roulette.answers[:at]} for at in roulette.killed.values())


def _ask(client: httpx.Client, path: str, roulette: Roulette) -> None:
    try:
        answer = client.get(path, timeout=5.0).json()
        roulette.take(int(answer["pid"]), int(answer["count"]))
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        roulette.lose()


def measure(servers: Mapping[str, Server], request: Ask, users: int, seconds: float) -> Chart:
    """Load servers one after the other, and chart how much each answers; how long 95 of 100 answers take is noted."""
    chart = Chart(f"{request}, server by server", y="answers per second", kind="bar")
    times = []
    for name, server in servers.items():
        load = Load([request], users, seconds).begin(server.url).wait()
        chart.add("answers", name, round(load.throughput, 1))
        times.append(f"{name} {number(round(1000 * load.p95))} ms")
    chart.note = f"95 of 100 came within: {', '.join(times)}"
    return chart
