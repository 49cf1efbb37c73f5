"""Remembers results, so that what has not changed is not judged again, and a run that was ended goes on where it was.

One SQLite file in the course directory. Each change is one transaction, so it can be ended at any moment. Nothing in
it is needed: without it everything is judged anew, and marks are in nbgrader's gradebook.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

from autograder.gradebook.marks import Standing
from autograder.judging import record
from autograder.judging.record import Record
from autograder.submissions.collect import Content
from autograder.workers.pool import Judges
from labkit.course import BUILT
from labkit.paths import HOME

FOLDER = ".grading"
"""Where it is, in the course directory."""

_JUDGING = ("submissions", "judging", "workers")
"""The parts of the autograder that have a say in what a submission comes to."""
SHOWING = ("classroom", "explorer", "live", "loadtest", "notebook", "panel", "pictures", "setup")
"""The parts of labkit that a student sees and the judge never loads; the import contracts hold them apart."""
_LIBRARIES = ("fastapi", "starlette", "pydantic", "scikit-learn", "httpx")
_TABLES = """
CREATE TABLE IF NOT EXISTS result (key TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS written (
    lab TEXT, student TEXT, recorded TEXT, feedback TEXT, PRIMARY KEY (lab, student)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS standing (
    lab TEXT, student TEXT, standing TEXT NOT NULL, PRIMARY KEY (lab, student)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS basis (
    lab TEXT, student TEXT, submission TEXT NOT NULL, judge TEXT NOT NULL, PRIMARY KEY (lab, student)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Store:
    """The results of one course directory. Use it in a `with` block."""

    def __init__(self, course: Path) -> None:
        folder = course / FOLDER
        folder.mkdir(exist_ok=True)
        self._database = sqlite3.connect(folder / "results.sqlite", timeout=60, isolation_level=None)
        self._database.executescript(_TABLES)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def results(self, keys: Iterable[str]) -> dict[str, Record]:
        """Return the results that are known, by key."""
        wanted = set(keys)
        rows = self._database.execute("SELECT key, record FROM result")
        return {key: record.load(text) for key, text in rows if key in wanted}

    def keep(self, key: str, result: Record) -> None:
        """Keep a result."""
        self._database.execute("INSERT OR REPLACE INTO result VALUES (?, ?)", (key, result.dump()))

    def forget(self, keys: Iterable[str]) -> None:
        """Keep some results no longer."""
        self._database.executemany("DELETE FROM result WHERE key = ?", [(key,) for key in keys])

    def written(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Return what was written of each lab and student: the state of the record, and that of the feedback."""
        rows = self._database.execute("SELECT lab, student, recorded, feedback FROM written")
        return {(lab, student): (recorded, feedback) for lab, student, recorded, feedback in rows}

    def wrote(self, lab: str, student: str, recorded: str, feedback: str) -> None:
        """Note what was written."""
        self._database.execute("INSERT OR REPLACE INTO written VALUES (?, ?, ?, ?)", (lab, student, recorded, feedback))

    def bases(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Return a hash of what was handed in, and one of what judged it, of each lab and student."""
        rows = self._database.execute("SELECT lab, student, submission, judge FROM basis")
        return {(lab, student): (submission, judge) for lab, student, submission, judge in rows}

    def rest(self, lab: str, student: str, submission: str, judge: str) -> None:
        """Note what the record of a submission rests on."""
        self._database.execute("INSERT OR REPLACE INTO basis VALUES (?, ?, ?, ?)", (lab, student, submission, judge))

    def standings(self) -> dict[tuple[str, str], Standing]:
        """Return what the gradebook said of each lab and student when everything was last written."""
        rows = self._database.execute("SELECT lab, student, standing FROM standing")
        return {(lab, student): Standing.load(text) for lab, student, text in rows}

    def keep_standings(self, lab: str, standings: Mapping[str, Standing]) -> None:
        """Keep what the gradebook says of a lab."""
        rows = [(lab, student, standing.dump()) for student, standing in standings.items()]
        self._database.execute("BEGIN")
        self._database.execute("DELETE FROM standing WHERE lab = ?", (lab,))
        self._database.executemany("INSERT INTO standing VALUES (?, ?, ?)", rows)
        self._database.execute("COMMIT")

    def tier(self, judges: Judges) -> str:
        """Return the sandbox that judges use; on a machine that has not changed it need not be tried again."""
        machine, _, tier = self.fact("tier").rpartition("\n")
        if not tier or machine != judges.machine:
            tier = judges.tier
            self.note("tier", f"{judges.machine}\n{tier}" if judges.machine else "")
        return tier

    def fact(self, name: str) -> str:
        """Return something that was noted; empty if it was not."""
        row = self._database.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def note(self, name: str, value: str) -> None:
        """Note something."""
        self._database.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))


def key(content: Content, tier: str) -> str:
    """Return what a result depends on, as a hash: the submission, the checks, the judge, the course, and the tier."""
    place = [content.student, content.lab, content.path.name, content.timestamp]
    parts = [*place, *content.notes, tier, judged_by(content.lab)]
    digest = hashlib.sha256(json.dumps(parts).encode())
    digest.update(b"none" if content.data is None else b"data" + content.data)
    return digest.hexdigest()


def digest(content: Content) -> str:
    """Return a hash of what was handed in; empty where that was nothing."""
    return hashlib.sha256(content.data).hexdigest() if content.data is not None else ""


@cache
def judged_by(lab: str) -> str:
    """Return a hash of all that judges a lab: its checks, the course's entry, the code, and the libraries."""
    digest = hashlib.sha256(sys.version.encode())
    course = json.loads(BUILT.read_text(encoding="utf-8"))
    entry = [one for one in course["lab"] if one["id"] == lab]
    digest.update(json.dumps([entry, course["stubs"].get(lab), [version(name) for name in _LIBRARIES]]).encode())
    for path in _judging(lab):
        digest.update(f"{path.relative_to(HOME).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _has_a_say(path: Path, lab: str) -> bool:
    """Whether a module of labkit may decide a mark of this lab: what only shows something, or another lab, may not."""
    part, *below = path.relative_to(HOME / "labkit").parts
    return part not in SHOWING and (part != "labs" or below[0] in ("__init__.py", lab))


def _judging(lab: str) -> Iterator[Path]:
    for kind in ("checks", "hidden"):
        yield HOME / "autograder" / kind / f"{lab}.py"
        yield from sorted((HOME / "autograder" / kind / lab).rglob("*.py"))
    yield HOME / "notebooks" / f"{lab}.ipynb"
    yield from (path for path in sorted((HOME / "labkit").rglob("*.py")) if _has_a_say(path, lab))
    yield from (path for part in _JUDGING for path in sorted((HOME / "autograder" / part).rglob("*.py")))
