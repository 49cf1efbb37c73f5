"""The secrets of a lab: what its hidden checks say, and nothing else does that students have or may be told."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from labkit.course import CourseError, Lab

_LENGTH = 7
"""A text this long is taken for a sentence or an input; a shorter one may be said by anybody."""
_COMMON = {"User-Agent", "Traceback", "latin-1", "text/plain", "application/x-www-form-urlencoded"}
"""Words of HTTP and of Python that hidden checks say, and everybody."""


@dataclass(frozen=True)
class Secrets:
    """The secrets of a lab.

    Attributes:
        lab: its id.
        words: the names of its hidden checks and broken APIs, their sentences, and their longer inputs.
    """

    lab: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, top: Path, lab: Lab) -> Self:
        """Read the hidden checks of a lab.

        Raises:
            CourseError: it has none.
        """
        tree = ast.parse(_read(top / "autograder" / "hidden" / f"{lab.id}.py"))
        checks = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
        if not checks:
            raise CourseError(f"autograder/hidden/{lab.id}.py has no check: write one that tries new inputs.")
        words = {check.name for check in checks} | {word for check in checks for word in _texts(check)}
        broken = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node) == "Mutant"]
        named = {word for one in broken for part in (one.args[0], one.args[2]) for word in _texts(part)}
        words |= {word for word in named if not word.isalpha()}  # a name of one word may be in any sentence
        known = _known(top, lab).lower()  # in capitals a word that everybody knows is none that nobody does
        return cls(lab.id, tuple(sorted(word for word in words - _COMMON if word.lower() not in known)))

    def leaks(self, where: str, text: str) -> Iterator[str]:
        """Name each secret that a text says."""
        for word in self.words:
            if word in text:
                yield f"{where} says {word!r}, which is for the hidden checks of {self.lab} alone"


def _known(top: Path, lab: Lab) -> str:
    """Return what is no secret: the visible checks, what is said of the hidden ones, and the solution."""
    visible = [_read(path) for path in sorted((top / "autograder" / "checks").glob("*.py"))]
    rationales = [exercise.hidden for exercise in lab.exercises]
    return "\n".join([*visible, *rationales, _read(top / "solutions" / f"{lab.id}.py")])


def _texts(node: ast.AST) -> set[str]:
    values = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
    return {value for value in values if isinstance(value, str) and len(value) >= _LENGTH}


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", "")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
