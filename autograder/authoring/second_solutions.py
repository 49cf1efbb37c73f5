"""Makes the second solution that a student may read of each exercise once it is solved, sealed until then.

An alternative of the corpus says by `# second: a, b` that its sections are in good other words; of any other exercise
it is the reference solution.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograder.authoring import corpus
from autograder.authoring.stubs import unmarked
from labkit import sections
from labkit.course import CourseError, Lab
from labkit.notebook import second_solution
from labkit.sections import Section


def sealed(top: Path, lab: Lab, solution: dict[str, Section]) -> dict[str, str]:
    """Return the second solution of each exercise of a lab, sealed with the text of its visible checks.

    Raises:
        CourseError: an alternative names an exercise of which it has nothing, or which another one has named.
    """
    texts: dict[str, str] = {}
    for where, exercise, text in _alternatives(top, lab):
        if not text or exercise in texts:
            why = "another alternative names it as well" if text else "the file has no such section"
            raise CourseError(f"{where}: `# second:` names {exercise}, but {why}")
        texts[exercise] = text
    rest = {exercise.id: unmarked(solution[exercise.id].source) for exercise in lab.exercises}
    visible = top / "autograder" / "checks" / f"{lab.id}.py"
    checks = visible.read_text(encoding="utf-8") if visible.exists() else ""
    return {name: second_solution.sealed(f"{text.strip()}\n", name, checks) for name, text in (rest | texts).items()}


def _alternatives(top: Path, lab: Lab) -> Iterator[tuple[Path, str, str]]:
    """Yield each alternative that is a second solution: where it lies, of which exercise, and its text for that."""
    for path in sorted((top / "tests" / lab.id / "alternative").glob("*.*")):
        text = path.read_text(encoding="utf-8")
        beside = next((name for name, file in lab.files.items() if path.name.endswith(f".{file}")), None)
        found = {beside: _bare(text)} if beside else {section.name: section.source for section in sections.parse(text)}
        for name in sorted(corpus.names(corpus.headers(text).get("second", ""))):
            yield path.relative_to(top), name, found.get(name, "")


def _bare(text: str) -> str:
    """Return a file without its headers."""
    said = {f"# {key}: {value}".rstrip() for key, value in corpus.headers(text).items()}
    return "\n".join(line for line in text.splitlines() if line not in said)
