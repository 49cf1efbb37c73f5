"""A lecture on the class board: what it loses, how long a report takes, what memory it needs, what a restart costs.

    python benchmarks/class_board.py [--minutes 10] [--seats 500] [--checks 5]

Each seat is the reporter that a notebook has, with its thread and its queue, in a workbook of its own; checks come at
uneven times, so many a minute from each. The board is the command that an instructor starts. Two pages listen, as the
instructor's and the projector's do; where Chromium is installed both are open in it as well, and the pauses between
their frames say how fluent they are (`benchmarks/frames.py`). In the middle the board is killed, as by a power cut,
stays away for some seconds, and is started again on the same file: what reports and checks see of that is measured by
itself. In the end the file is compared with what each seat has said.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from heapq import heapify, heapreplace
from itertools import pairwise
from pathlib import Path

import httpx
import psutil
from frames import Screen
from rich.console import Console
from rich.table import Table

from labkit import course
from labkit.classroom.membership import Membership
from labkit.classroom.reporter import Reporter
from labkit.verdict import Outcome

LAB = course.load().lab("lab01_hello")
SOLVES = 0.35
"""How likely a check is to pass."""
AWAY = 10.0
"""How many seconds the board stays away in the middle."""
COST = """
import sys, time
from pathlib import Path
from labkit.classroom.membership import Membership
from labkit.classroom.reporter import Reporter
reporter = Reporter(Path(sys.argv[1]))
reporter.join(Membership(url=sys.argv[2], code=sys.argv[3]))
for _ in range(200):
    begun = time.perf_counter()
    reporter.tell("lab01_hello", "root", "correct", "", 0)
    print(1000 * (time.perf_counter() - begun))
    time.sleep(0.02)
"""
"""What a check costs: told in a process of its own, as a notebook is; each line is in milliseconds."""


class Student(Reporter):
    """A seat, which measures how long its reports take to be written down by the board."""

    def __init__(self, folder: Path) -> None:
        """Sit down nowhere yet."""
        super().__init__(folder)
        self.said: Counter[str] = Counter()
        self.last: dict[str, str] = {}
        self.begun: dict[int, float] = {}
        self.took: list[tuple[float, float]] = []

    def check(self) -> None:
        """Check the first exercise that is not solved, and say what came of it."""
        unsolved = [one.id for one in LAB.exercises if self.last.get(one.id) != Outcome.CORRECT]
        exercise = unsolved[0] if unsolved else random.choice(LAB.exercises).id
        outcome = Outcome.CORRECT if random.random() < SOLVES else random.choice((Outcome.INCORRECT, Outcome.ERROR))
        self.said[exercise] += 1
        self.last[exercise] = outcome
        self.begun[self._count + 1] = time.perf_counter()
        self.tell(LAB.id, exercise, outcome, "" if outcome is Outcome.CORRECT else "test_number_in_the_path", 0)

    def _take_away(self, number: int) -> None:
        now = time.perf_counter()
        for told in [told for told in self.begun if told <= number]:
            begun = self.begun.pop(told)
            self.took.append((begun, now - begun))
        super()._take_away(number)


@dataclass
class Board:
    """The board's process."""

    file: Path
    port: int = 0
    process: subprocess.Popen[str] | None = None
    pages: dict[str, str] = field(default_factory=dict)
    code: str = ""
    peak: float = 0.0
    processor: float = 0.0

    def start(self) -> float:
        """Start it, and return how many seconds passed until it answered."""
        begun = time.perf_counter()
        command = [sys.executable, "-m", "autograder", "class", "--file", str(self.file), "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        text = "".join(self.process.stdout.readline() for _ in range(5))
        self.port, self.code = int(re.search(r":(\d+)", text)[1]), re.search(r', "(.+)"\)', text)[1]
        self.pages = {name: re.search(rf"http\S+/{name}/\S+", text)[0] for name in ("desk", "projector")}
        while True:
            try:
                httpx.get(self.url, trust_env=False).raise_for_status()
                return time.perf_counter() - begun
            except httpx.HTTPError:
                time.sleep(0.02)

    @property
    def url(self) -> str:
        """The students' address."""
        return f"http://127.0.0.1:{self.port}"

    def look(self) -> None:
        """Put down what it needs now."""
        found = psutil.Process(self.process.pid)
        self.peak = max(self.peak, found.memory_info().rss / 1e6)
        self.processor = sum(found.cpu_times()[:2])

    def end(self, how: signal.Signals) -> None:
        """End it."""
        self.process.send_signal(how)
        self.process.wait()
        self.process.stdout.close()


class Viewer(threading.Thread):
    """A page that is open, and notes when it hears something, and how much."""

    def __init__(self, board: Board, name: str) -> None:
        """Open it."""
        super().__init__(daemon=True)
        self.board, self.view = board, name
        self.heard: list[tuple[float, int]] = []

    def run(self) -> None:
        """Listen, and come back as a browser does."""
        while True:
            try:
                with httpx.stream("GET", f"{self.board.pages[self.view]}events", trust_env=False, timeout=30) as stream:
                    for line in stream.iter_lines():
                        if line.startswith("data:"):
                            self.heard.append((time.perf_counter(), len(line)))
            except httpx.HTTPError:
                time.sleep(1)


def lecture(students: list[Student], board: Board, minutes: float, checks: float) -> tuple[float, float, float]:
    """Let a class work; return when the board was killed, when it was back, and how long it took to start."""
    begun, end = time.perf_counter(), time.perf_counter() + 60 * minutes
    killed = back = started = 0.0
    due = [(begun + random.uniform(0, 60 / checks), place) for place in range(len(students))]
    heapify(due)
    while (now := time.perf_counter()) < end:
        if not killed and now > begun + 30 * minutes:
            board.end(signal.SIGKILL)
            killed = now
        if killed and not back and now > killed + AWAY:
            started = board.start()
            back = time.perf_counter()
        at, place = due[0]
        if at > now:
            time.sleep(min(0.05, at - now))
            continue
        students[place].check()
        heapreplace(due, (at + random.uniform(0.5, 1.5) * 60 / checks, place))
        board.look() if not killed or back else None
    return killed, back, started


def costs(folder: Path, url: str, code: str) -> str:
    """Return how long a check is held up by what it tells, with the board as it is at that address."""
    command = [sys.executable, "-c", COST, str(folder), url, code]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    held = sorted(map(float, printed.split()))
    return f"{held[len(held) // 2]:.2f} / {held[-1]:.2f} ms"


def lost(students: list[Student], file: Path) -> tuple[int, int, int]:
    """Return how many checks were said, how many the file does not have, and how many it has too often or wrong."""
    database = sqlite3.connect(file)
    kept = {
        (seat, exercise): (tries, outcome)
        for seat, exercise, tries, outcome in database.execute("SELECT seat, exercise, tries, outcome FROM standing")
    }
    database.close()
    missing = wrong = 0
    for student in students:
        for exercise, said in student.said.items():
            tries, outcome = kept.get((student.membership.seat, exercise), (0, ""))
            missing += max(0, said - tries)
            wrong += max(0, tries - said) + (outcome != student.last[exercise])
    return sum(sum(student.said.values()) for student in students), missing, wrong


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seats", type=int, default=500)
    parser.add_argument("--checks", type=float, default=5, help="how many a minute from each seat")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        board = Board(top / "class.sqlite")
        first = board.start()
        viewers = [Viewer(board, view) for view in board.pages]
        for viewer in viewers:
            viewer.start()
        screen = Screen(board.pages)
        students = [Student(top / f"{place}") for place in range(chosen.seats)]
        begun = time.perf_counter()
        for student in students:
            student.join(Membership(url=board.url, code=board.code, name=f"Student {len(student.said)}"))
        joined = time.perf_counter() - begun
        killed, back, again = lecture(students, board, chosen.minutes, chosen.checks)
        ended = time.perf_counter()
        while any(student.waiting for student in students) and time.perf_counter() < ended + 120:
            time.sleep(0.1)
        drained = time.perf_counter() - ended
        board.look()
        fluent = screen.close()
        there = costs(top / "there", board.url, board.code)
        processor, alive = board.processor, time.perf_counter() - back
        board.end(signal.SIGINT)
        gone = costs(top / "gone", board.url, board.code)
        with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes a connection and says nothing
            dumb = costs(top / "silent", f"http://127.0.0.1:{silent.getsockname()[1]}", board.code)
        said, missing, wrong = lost(students, board.file)
        size = board.file.stat().st_size / 1e6
    took = sorted(1000 * t for one in students for at, t in one.took if not killed - 2 < at < back + 60)
    caught = max((at + t for one in students for at, t in one.took if at < back), default=back) - back
    gaps = [b - a for one in viewers for (a, _), (b, _) in pairwise(one.heard) if not a < killed < b]
    sizes = sorted(size for one in viewers[:1] for _, size in one.heard)
    rows = [
        ("checks said", f"{said:,}"),
        ("of them lost", f"{missing:,}"),
        ("counted twice, or wrong in the end", f"{wrong:,}"),
        ("seats joined", f"{len(students)} in {joined:.1f} s"),
        ("what telling costs a check, median / most", there),
        ("with a board that is away", gone),
        ("with one that is silent", dumb),
        ("until it is written down, median", f"{took[len(took) // 2]:.0f} ms"),
        ("99 of 100 / most", f"{took[int(0.99 * len(took))]:.0f} / {took[-1]:.0f} ms"),
        ("memory of the board, most", f"{board.peak:.0f} MB"),
        ("processor of the board", f"{100 * processor / alive:.0f} % of a core"),
        ("its file", f"{size:.2f} MB"),
        ("a page hears something, longest gap", f"{max(gaps):.1f} s"),
        *fluent,
        ("what it hears, median", f"{sizes[len(sizes) // 2] / 1000:.0f} kB"),
        ("start of the board, first / again", f"{first:.1f} / {again:.1f} s"),
        ("until all have caught up after a restart", f"{caught:.0f} s"),
        ("until all is said in the end", f"{drained:.1f} s"),
    ]
    title = f"{chosen.seats} seats, {chosen.checks:g} checks a minute from each, {chosen.minutes:g} minutes"
    table = Table("what", "measured", title=title)
    for row in rows:
        table.add_row(*row)
    console = Console()
    console.print(table)
    print(json.dumps(dict(rows)))


if __name__ == "__main__":
    main()
