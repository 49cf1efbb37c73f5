"""Grades a class: everything under submitted/ of nbgrader's course directory, into gradebook, feedback and reports.

Three steps. Collect: find what each student handed in, whatever its name and state. Judge: one result for each, which
needs no gradebook, so it can be done anywhere and by many. Record: one writer takes results into the gradebook while
the others judge. What was done is noted as it is done, so a run that was ended goes on where it was, and a run over a
class in which nothing has changed has nothing to do.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.audit.trail import Change
from autograder.gradebook.errors import NotRecorded
from autograder.gradebook.marks import Graded, Standing
from autograder.grading import built, consistency, publish, store
from autograder.grading.entry import Entry, entries
from autograder.grading.freshness import Seal
from autograder.grading.progress import Watch
from autograder.grading.publish import Published
from autograder.grading.store import Store
from autograder.judging import confinement
from autograder.lms import agreement
from autograder.lms.agreement import Agreement
from autograder.submissions.collect import collect
from autograder.workers import tasks
from autograder.workers.pool import Failed, Judges, Pool, ahead
from autograder.workers.tasks import WORK, Done, Work
from labkit import course as courses

if TYPE_CHECKING:  # loaded where there is something to write: it takes longer than a class that has not changed
    from autograder.gradebook.gradebook import Gradebook

_Failure = tuple[Entry, str]
"""A submission that could not be judged, and why."""


@dataclass(frozen=True)
class Wish:
    """What to grade, and how.

    Attributes:
        lab: only this lab.
        student: only this student.
        workers: how many processes judge; by default one for each processor.
        scheduler: the address of a Dask cluster that judges instead.
        force: judge and write everything anew.
    """

    lab: str | None = None
    student: str | None = None
    workers: int | None = None
    scheduler: str | None = None
    force: bool = False

    @property
    def whole(self) -> bool:
        """Whether it is the whole class."""
        return self.lab is None and self.student is None


@dataclass(frozen=True)
class Grading:
    """What a run came to.

    Attributes:
        graded: the submissions, and what counts of each.
        remarks: what is to be said about the class as a whole, one line each.
        changes: the marks that are others than before.
    """

    graded: list[Graded]
    remarks: list[str]
    changes: list[Change]


def grade(course: Path, wish: Wish, watch: Watch) -> Grading:
    """Grade what was handed in.

    Raises:
        CourseError: what is built is not what authors have written since, or class.toml cannot be used.
        RosterError: the roster cannot be used.
        NothingToGrade: there is nothing.
        Unavailable: this machine has no sandbox that keeps the hidden checks from students.
    """
    built.require()
    agreed = agreement.load(course)
    with prepared(course, wish, watch) as (memory, judges, tier, found):
        run = _Run(course, memory, watch, judges, tier, found, agreed)
        done = None if run.nothing_to_do() else run.do(whole=wish.whole)
        remarks = [*run.remarks(), *(done.remarks if done else [])]
        return Grading(_graded(found, memory), remarks, done.changes if done else [])


@contextlib.contextmanager
def prepared(course: Path, wish: Wish, watch: Watch) -> Iterator[tuple[Store, Judges, str, list[Entry]]]:
    """Give what is known of a course, who judges, in which sandbox, and what was handed in."""
    labs = [lab.id for lab in courses.load().labs if wish.lab in (None, lab.id)]
    with Store(course) as memory, _judges(wish) as judges:
        with watch.phase("collect"):
            found = collect(course, labs, wish.student)
            tier = memory.tier(judges)
            held = entries(found, tier, memory, wish.force)
            if any(entry.result is None for entry in held):
                confinement.require(tier)
        yield memory, judges, tier, held


def _graded(entries: list[Entry], memory: Store) -> list[Graded]:
    """Put beside each result what the gradebook makes of it; one that it has refused counts as it was judged."""
    standings = memory.standings()
    found = []
    for entry in entries:
        if entry.result:
            standing = standings.get((entry.handed_in.lab, entry.handed_in.student)) if entry.recorded else None
            found.append((entry.result, standing or Standing.of(entry.result)))
    return found


def _judges(wish: Wish) -> AbstractContextManager[Judges]:
    if wish.scheduler:
        from autograder.workers.dask import Cluster

        return Cluster(wish.scheduler)
    return Pool(wish.workers)


class _Run:
    """One run over a class of which something has changed."""

    def __init__(
        self,
        course: Path,
        memory: Store,
        watch: Watch,
        judges: Judges,
        tier: str,
        entries: list[Entry],
        agreed: Agreement,
    ) -> None:
        self._course, self._memory, self._watch = course, memory, watch
        self._judges, self._tier, self._entries = judges, tier, entries
        self._agreed = agreed
        self._seal = Seal(course, memory, agreed.files)
        self._sealed = self._seal.holds()

    def nothing_to_do(self) -> bool:
        """Whether everything is written already."""
        told = self._memory.fact(publish.REMARKS) == json.dumps(self.remarks())
        return (
            self._sealed
            and told
            and all(
                entry.recorded and self._seal.has_files(entry.handed_in.lab, entry.handed_in.student)
                for entry in self._entries
            )
        )

    def remarks(self) -> list[str]:
        """Return what is to be said about the class as a whole."""
        return consistency.remarks(self._course, self._memory, self._agreed)

    def do(self, whole: bool) -> Published:
        """Judge and record what is not, and bring feedback and reports up to date."""
        self._seal.open()
        todo = [entry for entry in self._entries if not entry.recorded]
        new = sum(entry.result is None for entry in todo)
        with self._watch.judging(len(todo), len(self._entries) - new):
            answers = ahead(self._judges.run(WORK, self._works(todo)))  # they begin while we open the gradebook
            with self._watch.phase("gradebook"):
                book = self._open()
            with book:
                changed = self._changed_in(book)
                failed = self._take(book, todo, answers)
                self._take(book, changed, self._judges.run(WORK, self._works(changed)))
                self._give_up(book, failed)
                said = self.remarks()
                done = publish.write(self._course, book, self._memory, self._entries, self._watch, said, self._agreed)
                if whole or self._sealed:
                    self._seal.close(book)
        return done

    def _open(self) -> Gradebook:
        from autograder.gradebook.gradebook import Gradebook

        book = Gradebook(self._course, self._agreed.policy)
        course = courses.load()
        for lab in dict.fromkeys(entry.handed_in.lab for entry in self._entries):
            book.require(course.lab(lab))
        book.agree(self._agreed.roster.people if self._agreed.roster else ())
        return book

    def _works(self, entries: Iterable[Entry]) -> Iterator[Work]:
        """Read submissions, one after the other, when there is someone to work on them."""
        for entry in entries:
            content = entry.handed_in.load()
            entry.key = store.key(content, self._tier)  # it may have changed since it was looked at
            entry.submission = store.digest(content)
            yield Work(content, entry.result)

    def _changed_in(self, book: Gradebook) -> list[Entry]:
        """Return submissions whose record in the gradebook or in autograded/ is no longer what we made it."""
        changed = []
        standings = {lab: book.standings(lab) for lab in {entry.handed_in.lab for entry in self._entries}}
        for entry in self._entries:
            lab, student = entry.handed_in.lab, entry.handed_in.student
            standing = standings[lab].get(student, Standing())
            there = (book.place("autograded", lab, student) / f"{lab}.ipynb").exists()
            if entry.recorded and not (there and entry.result and standing.fits(entry.result)):
                entry.recorded = False
                changed.append(entry)
        return changed

    def _take(self, book: Gradebook, entries: list[Entry], answers: Iterable[tuple[int, Any]]) -> list[_Failure]:
        """Keep and record what the judges say, as they say it; return those they could not judge."""
        failed = []
        for number, answer in self._watch.waited("judge", answers):
            entry = entries[number]
            if isinstance(answer, Failed):
                failed.append((entry, answer.reason))
                continue
            if entry.result is None:
                self._memory.keep(entry.key, answer.record)
            self._record(book, entry, answer)
            self._watch.judged()
        return failed

    def _record(self, book: Gradebook, entry: Entry, done: Done) -> None:
        entry.result = done.record
        if said := consistency.lost(done.record, entry.before):
            entry.result = done.record.noting(said)
            self._memory.keep(entry.key, entry.result)
            done = replace(done, record=entry.result)
        with self._watch.phase("record"):
            try:
                incident = book.record(done, entry.timestamp)
            except NotRecorded as problem:
                entry.result = done.record.noting(str(problem))
                return
            if incident:
                entry.result = done.record.noting(incident)
                self._memory.keep(entry.key, entry.result)
            entry.recorded = True
            entry.keep(self._memory)

    def _give_up(self, book: Gradebook, failed: list[_Failure]) -> None:
        """Record those that could not be judged, for a human to mark; the next run tries them again."""
        works = []
        for entry, reason in failed:
            content = entry.handed_in.load()
            entry.result = tasks.given_up(content, reason)
            works.append(Work(content, entry.result, readable=False))
        for number, answer in self._judges.run(WORK, works):
            if isinstance(answer, Done):
                self._record(book, failed[number][0], answer)
