"""The corpus: modules that are right, wrong or half done, in tests/LAB/, each written as what it changes.

The first comments of a file say what it is, and what has to become of it:

    # A sentence or more: what the mistake is.
    # fails: a, b            exactly these exercises fail
    # also: c                and this one, which another module proves: it is judged where one lab is verified
    # says: a phrase         what a failing exercise says contains this
    # says_not: a phrase     nothing it says contains this: the advice on a mistake that only looks alike
    # points: 7.5            the score
    # not_attempted: c       these sections are the stubs that students are given
    # alone:                 its sections are all that the module has
    # second: a, b           an alternative: what is shown of these exercises once they are solved

Below stand the sections that it changes, if any; every other section is the solution's. Two kinds of files are whole: a
module without section marks that leaves nothing unattempted, and one that lies beside a module, as NAME.Dockerfile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from autograder.authoring import stubs
from autograder.authoring.author import Author
from labkit import sections
from labkit.course import CourseError, Lab
from labkit.sections import Section, fingerprint

KINDS = ("alternative", "half", "wrong")
HEADERS = {"fails", "also", "says", "says_not", "points", "not_attempted", "alone", "second"}
_HEADER = re.compile(r"# (?P<key>\w+):(?: (?P<value>.*))?")


@dataclass(frozen=True)
class Sample:
    """A file of the corpus.

    Attributes:
        kind: alternative, half or wrong.
        path: where it lies.
        headers: what its first comments say.
        text: the whole module, or the whole file beside one.
        changed: the sections that are its own; empty where the whole module is.
        beside: the name of the file that it stands for; None for a module.
    """

    kind: str
    path: Path
    headers: dict[str, str]
    text: str
    changed: frozenset[str] = frozenset()
    beside: str | None = None


def headers(text: str) -> dict[str, str]:
    """Return what the first comments of a file say about it."""
    lines = takewhile(lambda line: line.startswith("#") and not sections.parse(line), text.splitlines())
    found = [match for line in lines if (match := _HEADER.fullmatch(line))]
    return {match["key"]: (match["value"] or "").strip() for match in found}


def names(value: str) -> set[str]:
    """Return the names that a header has, separated by commas."""
    return {name.strip() for name in value.split(",") if name.strip()}


def also(sample: Sample) -> set[str]:
    """Return the exercises that fail as well where they are judged."""
    return names(sample.headers.get("also", ""))


def compose(lab: Lab, overlay: str, solution: str) -> str:
    """Return a module: the sections of an overlay, and the solution's for all others."""
    said, own = headers(overlay), {section.name: section for section in sections.parse(overlay)}
    if "alone" in said or not (own or "not_attempted" in said):
        return overlay
    whole = _given(said, solution) | own
    return sections.render(sections.arrange(whole.values(), lab.sections), lab.title)


def samples(top: Path, lab: Lab) -> list[Sample]:
    """Return a lab's samples, by kind and name.

    Raises:
        CourseError: some file is not written as it should be; the message has one line for each problem.
    """
    solution = Author(top).solution(lab.id).read_text(encoding="utf-8")
    found: list[Sample] = []
    problems: list[str] = []
    for kind in KINDS:
        for path in sorted((top / "tests" / lab.id / kind).glob("*.*")):
            text = path.read_text(encoding="utf-8")
            beside = next((file for file in lab.files.values() if path.name.endswith(f".{file}")), None)
            problems += [f"{path.relative_to(top)}: {problem}" for problem in _problems(kind, lab, text, solution)]
            whole = text if beside else compose(lab, text, solution)
            found.append(Sample(kind, path, headers(text), whole, _changed(text), beside))
    if problems:
        raise CourseError("\n".join(problems))
    return found


def _changed(overlay: str) -> frozenset[str]:
    """Return the sections that an overlay changes; none if it is a whole module."""
    own = {section.name for section in sections.parse(overlay)}
    return frozenset() if "alone" in headers(overlay) else frozenset(own)


def _given(said: dict[str, str], solution: str) -> dict[str, Section]:
    """Return the sections that an overlay can leave out: the solution's, and the stubs of what is not attempted."""
    untouched = names(said.get("not_attempted", ""))
    return {
        section.name: replace(section, source=stubs.strip(section.source), before=None)
        if section.name in untouched
        else replace(section, source=sections.normalise(stubs.unmarked(section.source)))
        for section in sections.parse(solution)
    }


def _problems(kind: str, lab: Lab, text: str, solution: str) -> Iterator[str]:
    """Say what is wrong with the way in which a file of the corpus is written."""
    said, own = headers(text), sections.parse(text)
    for key in sorted(said.keys() - HEADERS):
        yield f"there is no header `# {key}:`; there are {', '.join(sorted(HEADERS))}"
    if kind == "wrong" and not (said.get("fails") and said.get("says")):
        yield "its first comments need `# fails:` and `# says:`"
    for name in sorted({section.name for section in own} - set(lab.sections)):
        yield f"the lab has no section {name}"
    given = {section.name: _essence(section) for section in _given(said, solution).values()}
    if "alone" not in said:
        for section in own:
            if given.get(section.name) == _essence(section):
                yield f"section {section.name} says nothing new: remove it"
    elif given.keys() <= {section.name for section in own}:
        yield "it leaves no section out: remove `# alone:`, and the sections that are the solution's"


def _essence(section: Section) -> tuple[str, str | None]:
    """Return what counts of a section: neither comments nor blank lines."""
    return fingerprint(section.source), section.before
