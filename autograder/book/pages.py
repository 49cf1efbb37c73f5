"""The pages of the book, in MyST, made of the notebooks as students have them: there is no solution to leave out."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from labkit.course import Course, Lab
from labkit.sections import SETUP

HOME_PAGE = "index"
_SECTION = re.compile(r"^%%section (?P<name>\w+)")
_PICTURE = re.compile(r"^!\[(?P<words>[^\]]+)\]\(docs/(?P<file>lab(?P<number>\d\d)\.png)\)$", re.MULTILINE)
_LANGUAGES = {"Dockerfile": "docker", ".conf.template": "nginx"}
"""The language of a file beside a module, by the end of its name; Python is that of all others."""
_TITLE = re.compile(r"^# (?P<title>.+)$", re.MULTILINE)


def pages(top: Path, course: Course) -> dict[str, str]:
    """Return the text of each page, by its name: the first, those that are no labs, and the labs."""
    words = {match["number"]: match["words"] for match in _PICTURE.finditer(_read(top / "README.md"))}
    notebooks = sorted((top / "notebooks").glob("00_*.ipynb"))
    found = {path.stem: _page(path) for path in notebooks}
    for lab in course.labs:
        found[lab.id] = _page(top / "notebooks" / f"{lab.id}.ipynb", lab, _picture(lab, words))
    return {HOME_PAGE: _home(top, course, found)} | found


def pictures(top: Path, course: Course) -> list[Path]:
    """Return the pictures of the labs that there are."""
    places = (top / "docs" / f"{_number(lab)}.png" for lab in course.labs)
    return [place for place in places if place.exists()]


def _home(top: Path, course: Course, found: dict[str, str]) -> str:
    """Return the first page: what it is, and all others."""
    labs = [f"| [{_title(found[lab.id])}]({lab.id}.md) | {lab.minutes} | {lab.points:g} |" for lab in course.labs]
    return "\n".join(
        [
            f"# {course.title}",
            "",
            _read(top / "docs" / "book" / "preface.txt"),
            "| Lab | Minutes | Points |",
            "| --- | --: | --: |",
            *labs,
            "",
            "```{toctree}",
            ":hidden:",
            "",
            *found,
            "```",
            "",
        ]
    )


def _page(path: Path, lab: Lab | None = None, picture: str = "") -> str:
    """Return a notebook as a page, with a picture below its title."""
    book = nbformat.read(path, as_version=4)
    first, *others = [_cell(cell, lab) for cell in book.cells]
    title, _, rest = first.partition("\n")
    return "\n\n".join(part for part in [title, picture, rest.strip(), *others] if part) + "\n"


def _cell(cell: NotebookNode, lab: Lab | None) -> str:
    """Return a cell: prose as it is, code in a fence, and over what is a section to whom it belongs."""
    source = str(cell.source)
    if cell.cell_type == "markdown":
        return source
    fence = "`" * max([3, *(len(ticks) + 1 for ticks in re.findall("`+", source))])
    section = _SECTION.match(source)
    if section is None or lab is None:
        return f"{fence}python\n{source}\n{fence}"
    name = section["name"]
    file = lab.files.get(name, "")
    language = next((language for sign, language in _LANGUAGES.items() if file.endswith(sign)), "python")
    if name == SETUP:
        options = [":caption: This is given"]
    else:
        place = f"labs/{lab.id}/{file}" if file else f"section {name} of labs/{lab.id}.py"
        options = [f":caption: 'You write this: {place}'", ":class: yours"]
    return "\n".join([f"{fence}{{code-block}} {language}", *options, "", source, fence])


def _picture(lab: Lab, words: dict[str, str]) -> str:
    """Return the picture of a lab, with the words that the README has for it."""
    number = _number(lab)
    said = words.get(number.removeprefix("lab"))
    return f"```{{figure}} pictures/{number}.png\n:alt: {said}\n\n{said}\n```" if said else ""


def _number(lab: Lab) -> str:
    return lab.id.partition("_")[0]


def _title(page: str) -> str:
    match = _TITLE.search(page)
    return match["title"] if match else ""


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
