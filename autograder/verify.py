"""Holds the course against itself: notebooks against their sources, checks against modules that are right or wrong.

The modules of the corpus say what has to become of them. A module is judged with the solution's own files beside it.
A case that is such a file, as NAME.Dockerfile, is put beside the solution, and only the exercises that are files are
judged. Of a wrong module those exercises are judged that it changes, and a neighbour of them; all are where one lab is
verified. Nothing that students have, or are told of any module, may say a word that only a hidden check says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from rich.console import Console
from rich.table import Table

from autograder.authoring import corpus, inventory, skeleton, stubs
from autograder.authoring.author import Author
from autograder.authoring.bundle import contents
from autograder.authoring.corpus import Sample
from autograder.authoring.notebooks import stale
from autograder.authoring.secrets import Secrets
from autograder.authoring.stubs import BEGIN, END
from autograder.grading.unchanged import forget, judge_kept
from autograder.judging.judge import Result, judge
from autograder.judging.record import Record
from autograder.submissions import submission
from autograder.submissions.submission import Submission
from autograder.workers.pool import judge_all
from labkit import sections
from labkit.course import CourseError, Lab
from labkit.sections import SETUP, Section
from labkit.verdict import Outcome

Judged = Result | Record
"""What became of a module, judged now or before."""
HONEST = ("solution", "alternative")
"""The kinds of modules that earn every point."""
_TELLING = 30
"""A line of a solution this long says what the solution is."""
_TAUGHT = ('@model_validator(mode="after")', "model_config = SettingsConfigDict(")
"""Lines that only name what the prose has just taught on another example."""


@dataclass(frozen=True)
class Case:
    """A module, and what has to become of it.

    Attributes:
        kind: stub, solution, alternative, half or wrong.
        handed_in: the module.
        expected: what its header says.
    """

    kind: str
    handed_in: Submission
    expected: dict[str, str]

    def problems(self, result: Judged) -> Iterator[str]:
        """Say what became of it that should not have, one line each."""
        where = self.handed_in.source.name
        failed = {v.exercise for v in result.verdicts if v.outcome not in (Outcome.CORRECT, Outcome.NOT_ATTEMPTED)}
        untouched = {v.exercise for v in result.verdicts if v.outcome is Outcome.NOT_ATTEMPTED}
        if failed != (wanted := corpus.names(self.expected.get("fails", ""))):
            yield f"{where}: fails {_list(failed)}, expected {_list(wanted)}"
        if untouched != (wanted := corpus.names(self.expected.get("not_attempted", ""))):
            yield f"{where}: not attempted {_list(untouched)}, expected {_list(wanted)}"
        if "points" in self.expected and result.score != float(self.expected["points"]):
            yield f"{where}: earns {result.score:g}, expected {self.expected['points']}"
        told = [v for v in result.verdicts if v.exercise in failed]
        said = "\n".join([*map(str, told), *(check.message for v in told for check in v.checks)])
        if self.expected.get("says", "") not in said:
            yield f"{where}: nothing it is told contains {self.expected['says']!r}"
        if (phrase := self.expected.get("says_not")) and phrase in said:
            yield f"{where}: what it is told contains {phrase!r}, which is said of another mistake"
        by_itself = (Outcome.CHECKER_ERROR, Outcome.HELD)
        broken = [check for v in result.verdicts for check in v.checks if check.outcome in by_itself]
        yield from (f"{where}: the check {check.name} failed by itself: {check.message}" for check in broken)

    def told(self, result: Judged) -> str:
        """Return all that its author may read of what became of it."""
        checks = [check for verdict in result.verdicts for check in verdict.checks if not check.hidden]
        return "\n".join([*result.incidents, *map(str, result.verdicts), *(check.message for check in checks)])


def verify(
    top: Path, console: Console, only: str | None = None, known: Path | None = None, *, changed: bool = False
) -> bool:
    """Verify all labs, or only one; print one line for each problem and a table, and return whether all is well.

    Args:
        top: the repository.
        console: where to print.
        only: the lab, where it is to be only one; then every exercise of every module is judged.
        known: a folder for the results.
        changed: whether what has not changed since they were kept there is not judged again.
    """
    labs = [lab for lab in submission.course().labs if only in (None, lab.id)]
    whole = only is not None  # who works on a lab wants to see all that a mistake does in it
    try:
        problems = [*stale(top), *inventory.problems(top), *skeleton.unwritten(top)]
        cases = [case for lab in labs for case in _cases(top, lab, whole)]
        secrets = {lab.id: Secrets.of(top, lab) for lab in labs}
        problems += [problem for lab in labs for problem in _leaks(top, lab, secrets[lab.id])]
    except (CourseError, OSError) as problem:
        console.print(str(problem), markup=False, soft_wrap=True)
        return False
    with console.status(f"judging {len(cases)} modules"):
        batch = [case.handed_in for case in reversed(cases)]  # later labs take longer: none is left alone at the end
        judged: Sequence[Judged] = judge_kept(known, batch, changed=changed) if known else judge_all(batch)
        results = judged[::-1]
        first = [list(case.problems(result)) for case, result in zip(cases, results, strict=True)]
        if known:
            forget(known, [case.handed_in for case, found in zip(cases, first, strict=True) if found])
        second = [_second_look(case, found) for case, found in zip(cases, first, strict=True)]
    console.print(_table(cases, second))
    for line in (line for found, again in zip(first, second, strict=True) if not again for line in found):
        console.print(f"Only while the machine was busy: {line}", markup=False, soft_wrap=True)
    problems += [line for found in second for line in found]
    for case, result in zip(cases, results, strict=True):
        problems += secrets[_lab(case)].leaks(f"what {case.handed_in.source.name} is told", case.told(result))
    for line in problems:
        console.print(line, markup=False, soft_wrap=True)
    console.print("All is as it should be." if not problems else f"{len(problems)} problems, each named above.")
    return not problems


def _table(cases: list[Case], problems: list[list[str]]) -> Table:
    """Return how many modules of each kind there are, and how many came out as they should."""
    table = Table("lab", "kind", "modules", "as expected", box=None, pad_edge=False)
    counts: dict[tuple[str, str], list[bool]] = {}
    for case, found in zip(cases, problems, strict=True):
        counts.setdefault((_lab(case), case.kind), []).append(not found)
    for (lab, kind), fine in counts.items():
        table.add_row(lab, kind, str(len(fine)), str(sum(fine)))
    return table


def _second_look(case: Case, found: list[str]) -> list[str]:
    """Judge a module with mistakes once more, with nothing beside it, where more of it fails than should.

    A machine that is busy answers late. But whoever is right must be found right on any machine.
    """
    return list(case.problems(judge(case.handed_in))) if found and case.kind not in HONEST else found


def _cases(top: Path, lab: Lab, whole: bool) -> Iterator[Case]:
    everything = ", ".join(exercise.id for exercise in lab.exercises)
    full = {"points": str(lab.points)}
    stub = submission.read(top / "notebooks" / f"{lab.id}.ipynb")
    yield Case("stub", stub, {"not_attempted": everything, "points": "0"})
    solution = top / "solutions" / f"{lab.id}.py"
    beside = {file: _text(Author(top).beside(lab.id, file)) for file in lab.files.values()}
    yield Case("solution", submission.module(_text(solution), lab, solution, beside=beside), full)
    files = lab.model_copy(update={"exercises": [exercise for exercise in lab.exercises if exercise.file]})
    for sample in corpus.samples(top, lab):
        part = files if sample.beside else lab if whole else _concerned(lab, sample)
        text = _text(solution) if sample.beside else sample.text
        around = beside | {sample.beside: sample.text} if sample.beside else beside
        handed_in = submission.module(text, part, sample.path, beside=around)
        yield Case(sample.kind, handed_in, _expected(sample, part, lab))


def _concerned(lab: Lab, sample: Sample) -> Lab:
    """Return a lab with those exercises that a wrong module changes or fails, and a neighbour of theirs.

    Every other section is the solution's. That a mistake harms none of them is asked of one, and each has its turn:
    it goes by the module's name. A live run, which costs more than all of them, is asked where it is the mistake's own.
    What changes all of them, and what is right or half done, is judged in all.
    """
    headers = ("fails", "not_attempted")
    concerned = sample.changed.union(*(corpus.names(sample.headers.get(header, "")) for header in headers))
    other = {exercise.id for exercise in lab.exercises if not exercise.live} - concerned - corpus.also(sample)
    others = [exercise.id for exercise in lab.exercises if exercise.id in other]
    if sample.kind != "wrong" or not sample.changed or SETUP in sample.changed or not others:
        return lab
    own = [one for one in lab.exercises if one.id in concerned]  # first: what fails behind another is judged twice
    neighbour = lab.exercise(others[crc32(sample.path.stem.encode()) % len(others)])
    return lab.model_copy(update={"exercises": [*own, neighbour]})


def _expected(sample: Sample, part: Lab, lab: Lab) -> dict[str, str]:
    """Return what has to become of a sample if this part of its lab is judged; what is left out would earn in full."""
    if sample.kind == "alternative":
        return {"points": str(part.points)}
    also = corpus.also(sample) & {exercise.id for exercise in part.exercises}
    fails = {"fails": ", ".join(sorted(also | corpus.names(sample.headers.get("fails", ""))))} if also else {}
    if sample.beside or "points" not in sample.headers:
        return sample.headers | fails
    points = round(float(sample.headers["points"]) - lab.points + part.points, 2)
    return sample.headers | fails | {"points": str(points)}


def _leaks(top: Path, lab: Lab, secrets: Secrets) -> Iterator[str]:
    """Find lines of the solution in the built notebook, and secrets in anything that students have."""
    for path in contents(top):
        yield from secrets.leaks(path.relative_to(top).as_posix(), path.read_text(encoding="utf-8", errors="replace"))
    shown = "\n".join(cell.source for cell in submission.released(lab).cells)
    beside = [Section(name, _text(Author(top).beside(lab.id, file))) for name, file in lab.files.items()]
    solution = [*sections.parse(_text(top / "solutions" / f"{lab.id}.py")), *beside]
    given = "\n".join(stubs.strip(section.source) for section in solution)
    for section in solution:
        for line in (line.strip() for line in section.source.splitlines()):
            if line in _TAUGHT:
                continue
            if len(line) >= _TELLING and line not in given and line in shown and not line.startswith((BEGIN, END)):
                yield f"notebooks/{lab.id}.ipynb shows a line of the solution of {section.name}: {line}"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def _lab(case: Case) -> str:
    return case.handed_in.lab.id if case.handed_in.lab else ""
