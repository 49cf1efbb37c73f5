"""The cell magic `%%section name [--before other]`: write a section into the lab's module, and serve it."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING, NoReturn

from labkit.sections import Section
from labkit.view import Written

if TYPE_CHECKING:
    from labkit.lab import Lab


class BadMagic(ValueError):
    """The magic's line cannot be understood; the message says how it is written."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadMagic(f"{message}\nwrite     %%section NAME, or %%section NAME --before OTHER")


def parse_line(line: str) -> tuple[str, str | None]:
    """Return the name and the section to stand before, from what follows `%%section`.

    Raises:
        BadMagic: there is no name, or more than a name and `--before`.
    """
    parser = _Parser(prog="%%section", add_help=False, allow_abbrev=False)
    parser.add_argument("name")
    parser.add_argument("--before", action="append", default=[])
    try:
        arguments = parser.parse_args(shlex.split(line))
    except BadMagic:
        raise
    except ValueError as problem:
        parser.error(str(problem))
    if len(arguments.before) > 1:
        parser.error("--before stands there twice")
    return arguments.name, next(iter(arguments.before), None)


def register(lab: Lab) -> None:
    """Make `%%section` write into this lab, where there is an IPython to register it with."""
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    shell = get_ipython()
    if shell is None:
        return

    def section(line: str, cell: str) -> None:
        try:
            name, before = parse_line(line)
        except BadMagic as problem:
            display(Written(f"%%section {line}\nproblem   {problem}"))  # type: ignore[no-untyped-call] # IPython's is untyped
            return
        display(Written(lab.write(name, cell, before)))  # type: ignore[no-untyped-call]

    shell.register_magic_function(section, "cell", "section")  # type: ignore[arg-type] # IPython types it as a method


def offer_cell(section: Section) -> bool:
    """Put a section into a new cell below the one that runs; return whether there is a notebook to put it in."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        return False
    before = f" --before {section.before}" if section.before else ""
    shell.set_next_input(f"%%section {section.name}{before}\n{section.source}")
    return True
