"""Whether a class in all labs gets the marks that the modules it was made from say, and what grading it costs.

    python benchmarks/whole_course.py [--students 100] [--labs lab01_hello ...] [--workers N] [--place FOLDER]

In each lab the solution and the modules of tests/LAB/ are dealt out, right, half done and wrong: as many students as
there are, or every so-manieth module where these are more. One command grades all of it. A mark is as expected where
exactly those exercises lose points that the module's header names, the total is the header's if it says one, and the
gradebook and grades.csv have the same. Grading that was ended goes on where it was: name the same folder again.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

TOP = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TOP), str(TOP / "tests")]

from support import classroom  # noqa: E402 (it lies in tests/)

from autograder.authoring import corpus  # noqa: E402
from autograder.authoring.corpus import Sample  # noqa: E402
from labkit.sandbox import syscalls  # noqa: E402

Dealt = dict[tuple[str, str], Sample]
"""What each student has handed in, by the student and the lab."""
Result = dict[str, Any]


def dealt(students: int, labs: list[str]) -> Dealt:
    """Deal out modules: over and over where there are fewer than students, or else those that lie as far apart."""
    found = {}
    for lab in labs:
        modules = [one for one in classroom.modules(lab).values() if "alone" not in one.headers]
        for number in range(students):
            place = number * len(modules) // students if students < len(modules) else number % len(modules)
            found[f"student-{number:03}", lab] = modules[place]
    return found


def wrongs(sample: Sample, result: Result, full: float) -> Iterator[str]:
    """Say where a result is another than the module's header says, a few words each."""
    lost = {one["id"] for one in result["exercises"] if one["points"] < one["max_points"]}
    names = (corpus.names(sample.headers.get(header, "")) for header in ("fails", "also", "not_attempted"))
    expected = set[str]().union(*names)
    if sample.kind != "half" and lost != expected:  # what is not there can cost others, which only their points say
        yield f"loses points in {' '.join(sorted(lost)) or 'nothing'}, not in {' '.join(sorted(expected)) or 'nothing'}"
    points = float(sample.headers.get("points", full if sample.kind in ("solution", "alternative") else -1))
    if points >= 0 and abs(result["score"] - points) > 0.005:
        yield f"has {result['score']:g} points, not {points:g}"
    for one in result["exercises"]:
        if one["outcome"] in ("checker_error", "held"):
            yield f"the checks of {one['id']} failed by themselves"


def recorded(course: Path, results: list[Result]) -> Iterator[str]:
    """Say where the gradebook or grades.csv has another mark than the results."""
    with (course / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    books = {lab: classroom.marks(course, lab) for lab in {result["lab"] for result in results}}
    for result in results:
        student, lab = result["student"], result["lab"]
        if abs(float(rows[student][lab] or -1) - result["score"]) > 0.005:
            yield f"{student}, {lab}: grades.csv has {rows[student][lab] or 'nothing'}, not {result['score']:g}"
        if books[lab].get(student) != {one["id"]: one["points"] for one in result["exercises"]}:
            yield f"{student}, {lab}: the gradebook has {books[lab].get(student)}"


def graded(course: Path, modules: Dealt, workers: int | None) -> list[Result]:
    """Let the class hand in, unless it has, and grade it."""
    if not (course / "submitted").exists():
        classroom.course_directory(course)
        for (student, lab), sample in modules.items():
            classroom.hand_in(course, student, classroom.filled(sample.text, lab), lab=lab)
    more = ("--workers", str(workers)) if workers else ()
    said = classroom.run("-m", "autograder", "grade", "--json", "results.json", *more, cwd=course, PYTHONPATH=str(TOP))
    print(said.rstrip().splitlines()[-1])
    found: list[Result] = json.loads((course / "results.json").read_text(encoding="utf-8"))["results"]
    return found


def main() -> None:
    """Grade a class, and print where its marks are others than they should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=100)
    parser.add_argument("--labs", nargs="+", default=[lab.id for lab in classroom.course().labs])
    parser.add_argument("--workers", type=int, help="in place of as many as the machine has to spare")
    parser.add_argument("--place", type=Path, help="an empty folder, or one where such a class was being graded")
    wish = parser.parse_args()
    syscalls.adopt_orphans()
    began, modules = time.monotonic(), dealt(wish.students, wish.labs)
    with nullcontext(wish.place) if wish.place else tempfile.TemporaryDirectory() as place:
        results = graded(Path(place), modules, wish.workers)
        problems = list(recorded(Path(place), results))
    table = Table("lab", "submissions", "different modules", "as expected", box=None, pad_edge=False)
    for lab in wish.labs:
        ours = [result for result in results if result["lab"] == lab]
        full, fine = classroom.course().lab(lab).points, 0
        for result in ours:
            sample = modules[result["student"], lab]
            found = list(wrongs(sample, result, full))
            fine += not found
            problems += [f"{result['student']}, {lab}, {sample.kind}/{sample.path.name}: {one}" for one in found]
        kinds = {modules[result["student"], lab].path for result in ours}
        table.add_row(lab, str(len(ours)), str(len(kinds)), str(fine))
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)  # what a worker leaves to us when it ends, as its warm process
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    console = Console()
    console.print(table)
    console.print(f"{len(results)} of {len(modules)} graded; {time.monotonic() - began:.0f} s by the clock,", end=" ")
    console.print(f"{used.ru_utime + used.ru_stime:.0f} s of processor time, {os.cpu_count()} processors")
    for line in problems:
        console.print(line, markup=False, soft_wrap=True)
    raise SystemExit(bool(problems) or len(results) < len(modules))


if __name__ == "__main__":
    main()
