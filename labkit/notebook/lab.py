"""What `labkit.open` returns: one lab, with its module, its live server, its checks, hints and progress."""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import Any

import httpx

from labkit import course, paths, sections
from labkit.checks import api as checking
from labkit.checks import foundation
from labkit.http.client import connect
from labkit.live import log
from labkit.live.server import Server
from labkit.module import advice, loading
from labkit.module.source import Module
from labkit.notebook import cells, judging, magic, second_solution
from labkit.notebook.attending import Attending
from labkit.notebook.draft import Draft
from labkit.notebook.kernel_lock import Claim
from labkit.notebook.progress import Progress
from labkit.notebook.reload import Loader
from labkit.notebook.views import Seeing
from labkit.panel import Panel
from labkit.paths import HOME, Checks
from labkit.pictures.view import Hint, Overview, Shown
from labkit.sections import Section
from labkit.verdict import Outcome, Verdict

_opened: dict[str, Lab] = {}


class NothingEarned(Exception):
    """Ends a graded cell that earned no points, which is how nbgrader is told so; its text is the verdict."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class Interrupted(KeyboardInterrupt):
    """Ends a cell whose check was interrupted; what stood in the middle of it is of no use to a student."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def open(name: str) -> Lab:  # noqa: A001 (`labkit.open` is what a student says)
    """Open a lab: find the workbook, register `%%section`, serve what there is of the module, show the progress.

    Opening it again in the same kernel gives the same lab, so its server and port stay.

    Args:
        name: the lab's name, such as "lab01_hello".

    Raises:
        KeyError: there is no lab of that name.
    """
    if name not in _opened:
        _opened[name] = _kind(name)(name)
    lab = _opened[name]
    magic.register(lab.write)
    lab.server.start()
    return lab


def _kind(name: str) -> type[Lab]:
    """The class of a lab: its own, where it has something that no other has."""
    own = HOME / "labkit" / "labs" / name / "lab.py"
    found: type[Lab] = importlib.import_module(f"labkit.labs.{name}.lab").Lab if own.exists() else Lab
    return found


class Lab(Seeing, Attending):
    """One lab, opened.

    Attributes:
        server: the live server.
        draft: the module that the notebook writes.
    """

    def __init__(self, name: str) -> None:
        """Open the lab of this name; `labkit.open` is the way to do it."""
        self._course = course.load()
        self._lab = self._course.lab(name)
        self._workbook = paths.find()
        path = self._workbook.module(name)
        kept = None if self._workbook.grading else path.parent / ".progress" / f"{name}.json"
        self._progress = Progress(kept)
        self._claim = Claim(kept and kept.with_suffix(".lock"))
        Attending.__init__(self, kept and kept.parent)
        self.draft = Draft(path, self._lab, self._progress, fresh=kept is None)
        self.server = Server(path, self._bring_up, self._progress.get("server", "port", 0))
        self._panel = Panel(name, self.server, plain=kept is None)
        self._loader = self._loaded_by()
        self._client: httpx.Client | None = None
        self._served: str | None = None
        if self._workbook.grading:
            log.silence_stderr(self.server.log)
            for section in cells.written_by(path.with_suffix(".ipynb"), self._lab):
                self.draft.write(section)

    def _loaded_by(self) -> Loader:
        return Loader(self.draft, self.server, self._lab.given)

    @property
    def left_out(self) -> dict[str, str]:
        """Why each section that is not served was left out, by its name."""
        return self._loader.left_out

    @property
    def exercises(self) -> list[str]:
        """The names of the exercises, in order."""
        return [exercise.id for exercise in self._lab.exercises]

    @property
    def client(self) -> httpx.Client:
        """An httpx client of the live server."""
        if self._client is None or self._client.base_url != self.server.url:
            self._client = connect(self.server.url)
        return self._client

    @property
    def checks(self) -> Checks:
        """Where the lab's checks stand."""
        return self._workbook.checks(self._lab.id)

    @property
    def api(self) -> checking.Api:
        """A client of the live server as checks have it."""
        return checking.Api(self.client, self._raised, foundation.Foundation(self.module, self.left_out))

    @property
    def module(self) -> Module:
        """The module as it stands."""
        text, beside = self.draft.text or "", self.draft.beside()
        return Module(self._lab.id, text, self._lab.given, self._lab.sections, beside)

    def write(self, name: str, source: str, before: str | None = None) -> str:
        """Write a section into the module and bring the live server up to date; `%%section` calls this.

        Args:
            name: the section.
            source: its lines.
            before: the section it is to stand before, if not in its place in the notebook's order.

        Returns:
            What happened, in words.
        """
        problem = self.draft.misused(name, source, before)
        if problem:
            cell = f"%%section {name}{f' --before {before}' if before else ''}"
            return f"{cell}\nproblem   {problem}\n{magic.UNCHANGED}"
        try:
            copy = self.draft.write(Section(name, sections.normalise(source), before))
        except OSError as error:
            todo = f"make {self.draft.path.parent} a folder you may write to, then run this cell again"
            place = self.draft.place_of(name)
            return f"problem   {place} cannot be written: {error.strerror or error}\n{advice.TRY}{todo}"
        if not self._workbook.grading:  # nobody mends a section while nbgrader runs
            self._loader.forget(name)
        self._bring_up()
        edited = f"{name} had been edited in {self.draft.place_of(name)}: the file as it was is kept as {copy}"
        note = [edited] if copy else []
        return "\n".join([*note, self._report(name)])

    def check(self, name: str) -> Shown | float:
        """Run the visible checks of an exercise against the live server and return the verdict.

        When nbgrader executes the notebook, the verdict is printed and the points are returned instead.

        Raises:
            NothingEarned: nbgrader executes the notebook, and the exercise earned nothing.
            Interrupted: it was not run to its end.
        """
        try:
            verdict = self.judge(name)
        except KeyboardInterrupt:
            raise Interrupted(
                f"The check of {name} was interrupted, and has no verdict: run this cell again."
            ) from None
        if not self._workbook.grading:
            first = next(filter(None, (foundation.first(check.message) for check in verdict.checks)), "")
            self._progress.keep_verdict(verdict, self.draft.bearing(name), first, self.draft.bearing(first))
            self._tell(self._lab.id, name, self._hints(name), verdict)
            verdict = self._encouraged(verdict, first)
            return Shown(verdict, second_solution.of(self._lab.id, verdict, self.checks.visible))
        if verdict.points == 0:
            raise NothingEarned(str(verdict))
        print(verdict)
        return verdict.points

    def _encouraged(self, verdict: Verdict, first: str) -> Verdict:
        """Say so where an exercise is right, and another section, served before every route, is all that hides it."""
        hides = first != verdict.exercise and first in self.draft.sections() and first not in self.left_out
        if not hides or judging.without(self.checks, verdict, self.module, first).outcome is not Outcome.CORRECT:
            return verdict
        said = f"Without {first} this would be correct: {first} is all that stands in its way."
        return replace(verdict, notices=(*verdict.notices, said))

    def hint(self, name: str) -> Hint:
        """Return the next hint of an exercise; after the last one it starts again."""
        hints = self._lab.exercise(name).hints
        taken = self._progress.get("hints", name, 0)
        self._progress.keep("hints", name, taken + 1)
        self._tell(self._lab.id, name, self._hints(name))
        return Hint(hints[taken % len(hints)], 1 + taken % len(hints), len(hints))

    def _hints(self, name: str) -> int:
        """How many different hints of an exercise were taken."""
        return min(int(self._progress.get("hints", name, 0)), len(self._lab.exercise(name).hints))

    def progress(self) -> Overview:
        """Return how far each exercise has come, by its last check."""
        rows = []
        for exercise in self._lab.exercises:
            kept = self._progress.verdict(exercise.id)
            stale = kept is not None and any(
                kept.get(text) != sections.fingerprint(self.draft.bearing(section))
                for section, text in ((exercise.id, "source"), (kept.get("first", ""), "first_source"))
                if section
            )
            rows.append((exercise, kept, stale))
        server = "; ".join([repr(self.server), *self._claim.notices()])
        return Overview(self._lab.title, server, rows, self.server.pages.docs, self._attendance())

    def adopt(self, name: str) -> None:
        """Put a section that was edited in the module's file into a new cell of the notebook, below this one."""
        if (section := self.draft.as_cell(name)) is None:
            print(f"{self.draft.place} has no section {name}; it has {', '.join(self.draft.sections())}.")
        elif magic.offer_cell(section):
            print(f"A cell with your edit stands below. Copy it over the cell of {name}, run that, delete the new one.")
        else:
            print(section.source)

    def judge(self, name: str) -> Verdict:
        """Run the visible checks of an exercise against the live server."""
        exercise = self._lab.exercise(name)
        notices = self.refresh()
        if not self.server.healthy():
            self._bring_up()
        stub = self._course.stubs[self._lab.id][name]
        attempted = self.draft.attempted(name, stub)
        untouched = not attempted and not self.draft.solved_elsewhere(name, self._course.stubs[self._lab.id])
        results, elsewhere = judging.results(
            self.checks, name, self.module, self.api, self._loader.given, untouched=untouched
        )
        here = advice.advised(self.left_out.get(name) or self.server.problem or "")
        problem = "" if exercise.file else here if elsewhere is None else elsewhere
        return Verdict(name, exercise.title, exercise.points, results, attempted, problem, exercise.hidden, notices)

    def _raised(self, method: str, path: str, since: int) -> str | None:
        trace = self.server.traces.last(method, path, since)
        return trace.raised if trace else None

    def _bring_up(self) -> None:
        """Load the module and serve it; what stands in the way is kept in `server.problem` and `left_out`."""
        log.route_streams()
        self._served = self.draft.text
        try:
            self._loader.serve()
            if not self._progress.get("server", "port", 0):
                self._progress.keep("server", "port", self.server.port)
        except loading.NotServable as problem:
            self.server.fail(str(problem))
        except KeyboardInterrupt:
            self.server.fail("its start was interrupted: mend the section that loops or waits, then run its cell again")
            raise

    def _report(self, name: str) -> str:
        """Say where a section went, what was left out, and whether the server serves."""
        lines = [f"{name} is in {self.draft.place_of(name)}"]
        if name in self.left_out:
            lines[0] += ", but left out of the server"
            elsewhere = " of the cell " in self.left_out[name] and f" of the cell {name}," not in self.left_out[name]
            known = advice.untold(self.left_out[name]) or ("mend this cell" if elsewhere else "mend that line")
            lines += [f"problem   {self.left_out[name]}", f"{advice.TRY}{known}, then run this cell again"]
        others = [other for other in self.left_out if other != name]
        if others:
            lines.append(f"left out  {', '.join(others)}")
        notes = [*self._loader.notes, *(f"note      {notice}" for notice in self._claim.notices())]
        return "\n".join([*lines, *notes, f"server    {self.server!r}"])

    def refresh(self) -> tuple[str, ...]:
        """Serve an edit made in the file since it was last served, and say what it means."""
        if self.draft.text != self._served:
            self._bring_up()
        edited = [] if self._workbook.grading else self.draft.edited()
        shared = self._claim.notices()
        if not edited:
            return shared
        names, place = ", ".join(edited), self.draft.place_of(edited[0])
        return (
            *shared,
            f"{place} was edited outside the notebook ({names}), and the live server runs the edit.",
            f"What gets graded is the notebook. To take the edit in: lab.adopt({edited[0]!r})",
        )

    def __repr__(self) -> str:
        """The progress, as text."""
        return str(self.progress())

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        return self.progress()._repr_mimebundle_()
