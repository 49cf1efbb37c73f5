"""Builds the notebooks from what authors write in course/ and solutions/.

Data flows one way. A built notebook is never a source: the same sources make the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from autograder.authoring.author import Author
from autograder.authoring.stubs import read_solution, strip
from labkit import course as courses
from labkit.course import Course, CourseError, Lab
from labkit.sections import SETUP, Section, fingerprint

_SECTION = re.compile(r"^%%section (?P<name>\w+)\s*$")
_CHECK = re.compile(r"^lab\.check\(\"(?P<name>\w+)\"\)\s*$")
_OPEN = re.compile(r"^lab = labkit\.open\(", re.MULTILINE)
_PLACE = re.compile(r"^\[\[(?P<what>lab|exercise)(?: (?P<name>\w+))?\]\]$", re.MULTILINE)


def build(top: Path) -> dict[Path, str]:
    """Return the text of every built file, by its path below `top`.

    Raises:
        CourseError: something an author wrote is missing or does not fit; the message says where and what to do.
    """
    from autograder.authoring import second_solutions  # who only judges has no use for what shows a verdict
    from labkit.notebook import second_solution

    author = Author(top)
    course = courses.read(author.course)
    files: dict[Path, str] = {}
    stubs: dict[str, dict[str, str]] = {}
    seconds: dict[str, dict[str, str]] = {}
    for lab in course.labs:
        source, solution = _made(author, course, lab)
        files[Path("source") / lab.id / f"{lab.id}.ipynb"] = _write(source)
        files[Path("notebooks") / f"{lab.id}.ipynb"] = _write(release(source))
        stubs[lab.id] = {name: fingerprint(strip(section.source)) for name, section in solution.items()}
        seconds[lab.id] = second_solutions.sealed(top, lab, solution)
    for path in author.pages():
        files[Path("notebooks") / f"{path.stem}.ipynb"] = _write(page(path.read_text(encoding="utf-8")))
    files[Path("labkit") / "course.json"] = courses.dump(course, stubs)
    files[Path("labkit") / "notebook" / second_solution.BUILT.name] = json.dumps(seconds, indent=1) + "\n"
    return files


def source(top: Path, lab: Lab) -> str:
    """Return the text of nbgrader's source notebook of one lab.

    Raises:
        CourseError: as `build` does.
    """
    author = Author(top)
    return _write(_made(author, courses.read(author.course), lab)[0])


def _made(author: Author, course: Course, lab: Lab) -> tuple[NotebookNode, dict[str, Section]]:
    """Make the source notebook of a lab; return it and the sections of the solution."""
    beside = {name: _read(author.beside(lab.id, file), author.top) for name, file in lab.files.items()}
    solution = read_solution(lab, _read(author.solution(lab.id), author.top), beside)
    return notebook(course, lab, _read(author.prose(lab.id), author.top), solution), solution


def notebook(course: Course, lab: Lab, prose: str, solution: dict[str, Section]) -> NotebookNode:
    """Return nbgrader's source notebook of a lab: with solutions, and with nbgrader's metadata."""
    cells = [_fill(cell, course, lab, solution) for cell in jupytext.reads(prose, fmt="md:myst").cells]
    _require(lab, [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells])
    return _book(cells)


def page(prose: str) -> NotebookNode:
    """Return a notebook that is no lab: nothing in it is graded."""
    return _book([_plain(cell) for cell in jupytext.reads(prose, fmt="md:myst").cells])


def _plain(cell: NotebookNode) -> NotebookNode:
    source = cell.source.rstrip()
    prose = cell.cell_type == "markdown"
    return NotebookNode(nbformat.v4.new_markdown_cell(source) if prose else nbformat.v4.new_code_cell(source))


def _book(cells: list[NotebookNode]) -> NotebookNode:
    seen: dict[str, int] = {}
    for cell in cells:
        cell.id = _identity(cell, seen)
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    book: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    return book


def release(source: NotebookNode) -> NotebookNode:
    """Return the student's notebook: what nbgrader's own release makes of the source."""
    from nbgrader.preprocessors import ComputeChecksums, LockCells

    student: NotebookNode = nbformat.from_dict(source)
    for cell in student.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = stub_cell(cell.source)
    for preprocessor in (LockCells(), ComputeChecksums()):
        student, _ = preprocessor.preprocess(student, {})
    return student


def stub_cell(source: str) -> str:
    """Return a section cell as the student first meets it: stripped, and without `--before`."""
    magic, _, body = source.partition("\n")
    return magic.partition(" --before ")[0] + "\n" + strip(body).rstrip("\n")


def stale(top: Path) -> list[str]:
    """Say what in the repository is not what the build makes, one line each: changed or missing."""
    files = build(top)
    problems = []
    for path, text in files.items():
        if path.parts[0] == "source":
            continue
        if not (top / path).exists():
            problems.append(f"{path} is missing: run `make build` and commit it")
        elif (top / path).read_text(encoding="utf-8") != text:
            problems.append(
                f"{path} is not what the build makes: run `make build` and commit it, never edit it by hand"
            )
    return problems


def _fill(cell: NotebookNode, course: Course, lab: Lab, solution: dict[str, Section]) -> NotebookNode:
    """Return a cell of the prose with what belongs into it: headings, sections, nbgrader's metadata."""
    if cell.cell_type == "markdown":
        headed = _PLACE.sub(lambda place: _heading(place, course, lab), cell.source)
        return NotebookNode(nbformat.v4.new_markdown_cell(headed))
    cell = nbformat.v4.new_code_cell(cell.source.rstrip())
    if match := _SECTION.match(cell.source):
        name = match["name"]
        if name not in solution:
            raise CourseError(f"course/{lab.id}.md: the lab has no section {name}; it has {', '.join(lab.sections)}")
        section = solution[name]
        magic = f"%%section {name}" + (f" --before {section.before}" if section.before else "")
        cell.source = f"{magic}\n{section.source.rstrip()}"
        cell.metadata = {"nbgrader": cell_metadata(name, solution=True)}
    elif match := _CHECK.match(cell.source):
        points = _exercise(lab, match["name"]).points
        cell.metadata = {"nbgrader": cell_metadata(f"check-{match['name']}", grade=True, locked=True, points=points)}
    elif _OPEN.search(cell.source):
        cell.metadata = {"nbgrader": cell_metadata("open", locked=True)}
    return cell


def cell_metadata(grade_id: str, **values: bool | float) -> dict[str, object]:
    """Return nbgrader's metadata of a cell, in its schema 3."""
    kinds = {"grade": False, "locked": False, "solution": False, "task": False}
    return {"grade_id": grade_id, "schema_version": 3} | kinds | values


def _heading(place: re.Match[str], course: Course, lab: Lab) -> str:
    if place["what"] == "lab":
        number = 1 + [other.id for other in course.labs].index(lab.id)
        count = f"{len(lab.exercises)} exercise{'' if len(lab.exercises) == 1 else 's'}"
        facts = f"{count}, {lab.points:g} points, about {lab.minutes} minutes"
        return f"# Lab {number:02d}: {lab.title}\n\n*{course.title}. {facts}.*"
    exercise = _exercise(lab, place["name"] or "")
    number = 1 + lab.exercises.index(exercise)
    points = f"{exercise.points:g} point{'' if exercise.points == 1 else 's'}"
    facts = f"difficulty {exercise.difficulty} of 3, about {exercise.minutes} minutes, {points}"
    return f"## {number}. {exercise.title}\n\n*Exercise `{exercise.id}`: {facts}.*"


def _exercise(lab: Lab, name: str) -> courses.Exercise:
    try:
        return lab.exercise(name)
    except KeyError as problem:
        raise CourseError(f"course/{lab.id}.md: {problem.args[0]}") from None


def _require(lab: Lab, grade_ids: list[str | None]) -> None:
    """Every section and every check stands in the notebook once, in the order of the lab's exercises."""
    wanted = ["open", SETUP, *(name for exercise in lab.exercises for name in (exercise.id, f"check-{exercise.id}"))]
    present = [name for name in grade_ids if name]
    if present != wanted:
        right, wrong = ", ".join(wanted), ", ".join(present)
        raise CourseError(f"course/{lab.id}.md: its cells should be, in this order, {right}; they are {wrong}")


def _identity(cell: NotebookNode, seen: dict[str, int]) -> str:
    """Return a cell id that is the same in every build: from its name, or from what it says."""
    digest = hashlib.sha256(cell.source.encode()).hexdigest()[:10]
    name = cell.metadata.get("nbgrader", {}).get("grade_id") or f"{cell.cell_type}-{digest}"
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name}-{seen[name]}"


def _read(path: Path, top: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CourseError(f"{path.relative_to(top)} is missing: course.toml has its lab") from None


def _write(book: NotebookNode) -> str:
    return str(nbformat.writes(book, version=4)) + "\n"
