"""The book: what its pages have, and what is found where a link leads nowhere. CI makes it in a job of its own."""

import re

import nbformat
import pytest
from support.classroom import ROOT

from autograder.book import links, pages
from labkit import course

COURSE = course.load()
FENCE = re.compile(
    r"^(?P<ticks>`{3,})(?:python|\{code-block\} \w+)\n(?P<code>.*?)\n(?P=ticks)$", re.MULTILINE | re.DOTALL
)
OPTIONS = re.compile(r"\A(?::\w+: .*\n)+\n")


@pytest.fixture(scope="module")
def made():
    """The pages of the book."""
    return pages.pages(ROOT, COURSE)


def test_page_has_the_code_of_the_students_notebook_and_no_other(made):
    """What stands on a page as code are the cells of the notebook that students are given, so no solution can."""
    for lab in COURSE.labs:
        book = nbformat.read(ROOT / "notebooks" / f"{lab.id}.ipynb", as_version=4)
        expected = [code for cell in book.cells for code in (fenced(cell.source) if is_prose(cell) else [cell.source])]
        assert [OPTIONS.sub("", code) for code in fenced(made[lab.id])] == expected


def fenced(text):
    return [match["code"] for match in FENCE.finditer(text)]


def is_prose(cell):
    return cell.cell_type == "markdown"


def test_first_page_leads_to_all_others(made):
    """Every lab has a page with its picture, if it has one, and the first page names them all in their order."""
    assert list(made) == ["index", "00_start", *(lab.id for lab in COURSE.labs)]
    assert re.findall(r"\((lab\w+)\.md\)", made["index"]) == [lab.id for lab in COURSE.labs]
    for picture in pages.pictures(ROOT, COURSE):
        assert any(f"pictures/{picture.name}" in made[lab.id] for lab in COURSE.labs)


def test_link_that_leads_nowhere_is_named(tmp_path):
    """A page, a place and a file that are not there are named, and whatever would be loaded from elsewhere."""
    (tmp_path / "sheet.css").write_text('@import "https://cdn.example/font.css"; a { background: url(here.png) }')
    (tmp_path / "b.html").write_text('<h1 id="top">B</h1><a href="https://example.org">elsewhere</a>')
    (tmp_path / "a.html").write_text(
        '<link rel="stylesheet" href="sheet.css"><script src="//cdn.example/a.js"></script><img src="gone.png">'
        '<a id="here" href="b.html#top">B</a><a href="#here">here</a><a href="b.html#bottom">B</a><a href="c.html">C'
    )
    assert links.problems(tmp_path) == [
        "a.html loads //cdn.example/a.js",
        "a.html leads to b.html#bottom, which has no such place",
        "a.html leads to c.html, which is not there",
        "a.html leads to gone.png, which is not there",
        "sheet.css loads https://cdn.example/font.css",
    ]
