"""Makes the book: pages of the notebooks, Sphinx in an environment of its own, and a look at every link."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from autograder.book import links, pages
from labkit import environment
from labkit.course import Course

SOURCE = Path("docs") / "book"
"""What authors write for it: Sphinx's configuration, the preface, the style, and the lock of the tools."""
LOCK = "requirements.lock"
TOOLS = Path("build") / "book-tools"
"""Sphinx, its theme, its reader of Markdown: nobody else needs them, so they have an environment of their own."""
PLACE = Path("dist") / "book"


class NoBook(ValueError):
    """The book could not be made; the message says why."""


def make(top: Path, course: Course, say: Callable[[str], object] = print) -> Path:
    """Make the book in dist/book/ and return its first page.

    Raises:
        NoBook: the tools cannot be installed, Sphinx refuses a page, or a link leads nowhere.
    """
    python = _tools(top, say)
    drafts, target = top / "build" / "book", top / PLACE
    for folder in (drafts, target):
        shutil.rmtree(folder, ignore_errors=True)
    lay(top, course, drafts)
    say("Sphinx reads the pages.")
    command = [str(python), "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going", "-d", f"{drafts}-cache"]
    done = subprocess.run(
        [*command, str(drafts), str(target)],
        env=os.environ | {"BOOK_TITLE": course.title},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoBook(
            f"{done.stdout.strip()}\nSphinx refuses these pages: mend course/ or {SOURCE}, then make book again."
        )
    if problems := links.problems(target):
        raise NoBook("\n".join([*problems, "These lead nowhere: mend course/, then make book again."]))
    return target / f"{pages.HOME_PAGE}.html"


def lay(top: Path, course: Course, place: Path) -> None:
    """Lay all that Sphinx reads into a folder."""
    shutil.copytree(top / SOURCE, place)
    (place / "pictures").mkdir()
    for picture in pages.pictures(top, course):
        shutil.copy(picture, place / "pictures")
    for name, text in pages.pages(top, course).items():
        (place / f"{name}.md").write_text(text, encoding="utf-8")


def _tools(top: Path, say: Callable[[str], object]) -> Path:
    """Return the Python that has the tools, which are installed where they are not as the lock says."""
    place, lock = top / TOOLS, top / SOURCE / LOCK
    python, installed = environment.python(place), place / LOCK
    if installed.exists() and installed.read_bytes() == lock.read_bytes():
        return python
    say(f"Installing what makes the book into {TOOLS}, once.")
    try:
        environment.call([sys.executable, "-m", "venv", "--clear", str(place)])
        environment.call([*environment.pip(place), "--no-deps", "-r", str(lock)])
    except subprocess.CalledProcessError as failed:
        said = failed.output.decode(errors="replace").strip()
        raise NoBook(
            f"{said}\nThe tools could not be installed into {TOOLS}: check the network, then make book again."
        ) from None
    shutil.copy(lock, installed)
    return python
