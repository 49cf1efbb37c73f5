"""A class that has been at work for a while, laid down in a board's file; and a board that runs on it."""

from __future__ import annotations

import contextlib
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.board import vocabulary
from autograder.board.room import Seat
from autograder.board.store import Store, rows
from labkit.classroom.wire import Batch, Report
from labkit.environment import ROOT
from labkit.paths import Workbook
from labkit.verdict import Outcome

LAB = "lab01_hello"
FIRST = ("Ada", "Bela", "Chidi", "Dorothée", "Emeka", "Farah", "Grzegorz", "Hồng", "Ines", "Jun", "Kofi", "Léa", "Минь")
LAST = ("Almeida", "Brandt", "Castillo", "Dursun", "Eriksen", "Fofana", "García", "Haddad", "Ito", "Jansen", "Kowalska")


@dataclass
class Running:
    """A board that was started as an instructor starts it."""

    url: str
    code: str
    desk: str
    projector: str
    process: subprocess.Popen[str]


def words() -> vocabulary.Vocabulary:
    """The words of this course."""
    return vocabulary.load(Workbook(ROOT / "labs"))


def lay(file: Path, seats: int, minutes: float, now: float, seed: int = 3) -> None:
    """Let a class of so many work for so many minutes, and write down where it is."""
    store, luck = Store(file, "Monday"), random.Random(seed)
    try:
        room = store.room(words())
        for _ in range(seats):
            seat, _ = room.join(f"{luck.choice(FIRST)} {luck.choice(LAST)}" if luck.random() < 0.8 else "")
            _work(room, seat, now - 60 * minutes, now, luck)
        store.write(list(rows(room, room.changes)))
    finally:
        store.close()


def _work(room, seat: Seat, begin: float, end: float, luck: random.Random) -> None:
    """Solve one exercise after another, at a student's own speed, with mistakes that many make."""
    lab, at, number, speed = room.words.labs[LAB], begin, 0, luck.lognormvariate(-0.2, 0.5)
    room.start(LAB, begin)
    for exercise in lab.exercises:
        checks = [name for name in room.words.sentences[LAB] if name in _checks(exercise.id)] or [""]
        hard, hints, outcome = luck.random() ** 2, 0, None
        while outcome is not Outcome.CORRECT:
            at += 60 * exercise.minutes * speed * luck.uniform(0.15, 0.7)
            if at > end:
                return
            number += 1
            outcome = luck.choices(
                (Outcome.CORRECT, Outcome.INCORRECT, Outcome.ERROR, Outcome.NOT_ATTEMPTED, Outcome.TIMEOUT),
                (2 - 1.8 * hard, 1.2, 0.5, 0.3 if not number % 4 else 0, 0.03),
            )[0]
            hints = min(3, hints + (luck.random() < 0.3 * hard))
            check = luck.choice(checks[:2]) if outcome in (Outcome.INCORRECT, Outcome.ERROR) else ""
            report = Report(number=number, lab=LAB, exercise=exercise.id, outcome=outcome, check=check, hints=hints)
            room.take(seat, Batch(kernel="0" * 16, reports=[report]), at)


def _checks(exercise: str) -> list[str]:
    source = (ROOT / "autograder" / "checks" / f"{LAB}.py").read_text(encoding="utf-8")
    return re.findall(rf'@exercise\("{exercise}"\)\ndef (test_\w+)', source)


@contextlib.contextmanager
def board(file: Path, port: int = 0) -> Iterator[Running]:
    """Start a board on a file."""
    command = [sys.executable, "-m", "autograder", "class", "Monday", "--file", str(file), "--port", str(port)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        said = "".join(process.stdout.readline() for _ in range(5))
        url, code = re.search(r'lab\.join\("(\S+)", "(\S+)"\)', said).groups()
        pages = [re.search(rf"{url}/{view}/\S+/", said)[0] for view in ("desk", "projector")]
        yield Running(url, code, *pages, process)
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
