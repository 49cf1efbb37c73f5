"""Derives what a student is given from the reference solution, by stripping its solution regions.

A region that is indented (a function's body) becomes `raise NotImplementedError`; one at the top level of the module
becomes nothing, so that the module stays importable. Both say how many lines are expected.
"""

from __future__ import annotations

from collections.abc import Mapping

from labkit.course import CourseError, Lab
from labkit.sections import SETUP, Section, normalise, parse

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"


def strip(source: str, where: str = "this section") -> str:
    """Return source with every solution region replaced by its stub.

    Raises:
        CourseError: a region is not closed, closed without being opened, opened inside another, or empty.
    """
    lines: list[str] = []
    region: list[str] | None = None
    for line in source.splitlines():
        match line.strip():
            case mark if mark == BEGIN:
                if region is not None:
                    raise CourseError(f"{where}: a region begins inside another; end the first with `{END}`")
                region, indent = [], line[: line.index("#")]
            case mark if mark == END:
                if region is None:
                    raise CourseError(f"{where}: a region ends that never began; put `{BEGIN}` above it")
                lines += _stub(region, indent, where)
                region = None
            case _:
                (lines if region is None else region).append(line)
    if region is not None:
        raise CourseError(f"{where}: a region is never closed; put `{END}` below it")
    return "\n".join(lines) + "\n"


def _stub(region: list[str], indent: str, where: str) -> list[str]:
    size = sum(1 for line in region if line.strip() and not line.strip().startswith("#"))
    if size == 0:
        raise CourseError(f"{where}: the region is empty; write the solution between the two marks")
    expected = f"{indent}# YOUR CODE: about {size} line{'' if size == 1 else 's'}"
    return [expected, f"{indent}raise NotImplementedError"] if indent else [expected]


def unmarked(source: str) -> str:
    """Return source without the marks of its regions: the solution as a student would have written it."""
    return "\n".join(line for line in source.splitlines() if line.strip() not in {BEGIN, END}) + "\n"


def read_solution(lab: Lab, text: str, beside: Mapping[str, str] | None = None) -> dict[str, Section]:
    """Return the sections of a reference module by name, and the files beside it by their exercises.

    Raises:
        CourseError: a section is missing, unknown or there twice, its regions do not match, or it leaves nothing to do
            or asks to stand before a section that is not there.
    """
    found = parse(text) + [Section(name, normalise(content)) for name, content in (beside or {}).items()]
    names = [section.name for section in found]
    file = f"solutions/{lab.id}.py"
    for name in sorted(set(names) ^ set(lab.sections)):
        problem = f"a section that course/{lab.id}.toml does not have" if name in names else "no section"
        raise CourseError(f"{file} has {problem}: {name} (marked `# %% {name}`)")
    for name in names:
        if names.count(name) > 1:
            raise CourseError(f"{file} has two sections called {name}")
    for section in found:
        if section.before and section.before not in names:
            raise CourseError(f"{file}, section {section.name}: there is no section {section.before} to stand before")
        stub = strip(section.source, f"{file}, section {section.name}")
        if section.name != SETUP and stub == section.source:
            raise CourseError(
                f"{file}, section {section.name}: nothing is left to the student; mark a region with `{BEGIN}`"
            )
    return {section.name: section for section in found}
