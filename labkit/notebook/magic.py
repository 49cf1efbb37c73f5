"""The cell magic `%%section name [--before other]`: write a section into the lab's module, and serve it."""

from __future__ import annotations

from collections.abc import Callable

from labkit.pictures.view import Written
from labkit.sections import BadMagic, Section, parse_line

UNCHANGED = "note      nothing was written: the module stays as it was"
"""What is said below the reason for which a cell was refused."""


def register(write: Callable[[str, str, str | None], str]) -> None:
    """Let `%%section` write by this function, where there is an IPython to register it with."""
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    shell = get_ipython()
    if shell is None:
        return

    def section(line: str, cell: str) -> None:
        try:
            name, before = parse_line(line)
        except BadMagic as problem:
            display(Written(f"%%section {line}\nproblem   {problem}\n{UNCHANGED}"))  # type: ignore[no-untyped-call] # IPython's is untyped
            return
        display(Written(write(name, cell, before)))  # type: ignore[no-untyped-call]

    if _uncovered not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(_uncovered)
    shell.register_magic_function(section, "cell", "section")  # type: ignore[arg-type] # IPython types it as a method


def _uncovered(lines: list[str]) -> list[str]:
    """Let comments stand above the magic: IPython knows a cell magic in a cell's first line alone."""
    first = next((number for number, line in enumerate(lines) if line.strip() and not line.startswith("#")), 0)
    return lines[first:] if first and lines[first].startswith("%%section") else lines


def offer_cell(section: Section) -> bool:
    """Put a section into a new cell below the one that runs; return whether there is a notebook to put it in."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        return False
    before = f" --before {section.before}" if section.before else ""
    shell.set_next_input(f"%%section {section.name}{before}\n{section.source}")
    return True
