"""What is left of a module when everything is taken away that can be changed without changing the program.

Names that the module gives itself become `V`, keywords of calls `K`, texts `S`. Comments, docstrings, imports and
layout are dropped. Names of libraries, operators and numbers stay: who renames and rewords changes nothing of these.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Punctuation, String, Text

from labkit import sections

_IMPORT = re.compile(r"^[ \t]*(?:import|from)\b[^(\n]*(?:\([^)]{0,2000}\))?[^\n]*$", re.MULTILINE)
_LEXER = PythonLexer(stripnl=False, ensurenl=False)
BETWEEN = "\0"
"""What stands between two sections: nothing that is shared reaches from one into the other."""
_DEEPER = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


@dataclass(frozen=True)
class Token:
    """One word of a module: what it comes to, and where in the text it stands."""

    text: str
    start: int
    end: int


@dataclass
class _Names:
    """The names that a module gives: to variables, functions, parameters and classes, and behind a dot."""

    plain: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)

    def read(self, source: str) -> None:
        """Take in the names of a section; one that does not parse gives none."""
        try:
            with warnings.catch_warnings(action="ignore"):  # as on "\d"
                tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        for node in ast.walk(tree):
            self._add(node)

    def _add(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                self._define(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                self._define(name)
            case ast.ExceptHandler(name=str(name)):
                self.plain.add(name)
            case ast.Attribute(attr=name, ctx=ast.Store()):
                self.attributes.add(name)
            case ast.alias(name=name, asname=str(other)):
                self.aliases[other] = name.rpartition(".")[2]

    def _define(self, name: str) -> None:
        self.plain.add(name)
        self.attributes.add(name)  # what the body of a class defines is read behind a dot

    def neutral(self, name: str, behind_a_dot: bool) -> str:
        """Return what a name comes to."""
        own = self.attributes if behind_a_dot else self.plain
        return "V" if name in own else self.aliases.get(name, name)


def read(text: str) -> list[Token]:
    """Return the tokens of a module, in the order in which they stand. It need not parse."""
    names = _Names()
    for section in sections.parse(text) or [sections.Section(sections.SETUP, text)]:
        names.read(section.source)
    return list(_neutral(text, names))


def _neutral(text: str, names: _Names) -> Iterator[Token]:
    words = list(_words(text))
    depth, before = 0, ""
    following = [*(word for _, word, *_ in words[1:]), ""]
    for (kind, word, start, end), after in zip(words, following, strict=False):  # no words, none that follows
        depth += _DEEPER.get(word, 0) if kind in Punctuation else 0
        if kind in String:
            if depth or not _has_its_line(text, start, end):
                yield Token("S", start, end)
        elif kind in Name and depth and after == "=":
            yield Token("K", start, end)
        else:
            named = kind in Name or kind in Keyword.Pseudo
            yield Token(names.neutral(word, before == ".") if named else word, start, end)
        before = word


def _words(text: str) -> Iterator[tuple[Any, str, int, int]]:
    """Return the kinds and places of the words that count; the parts of a string are one."""
    imports = [match.span() for match in _IMPORT.finditer(text)]
    dropped = {place for first, last in imports for place in range(first, last)}
    string: tuple[int, int] | None = None
    for start, kind, word in _LEXER.get_tokens_unprocessed(text):
        end = start + len(word)
        if kind in String and kind not in String.Interpol:
            if kind not in String.Doc:
                string = (string[0] if string else start, end)
        elif kind in Comment and sections.parse(word):
            yield kind, BETWEEN, start, end
        elif not (kind in Comment or kind in Text or not word.strip() or start in dropped):
            if string:
                yield String, "", *string
            string = None
            yield kind, word, start, end
    if string:
        yield String, "", *string


def _has_its_line(text: str, start: int, end: int) -> bool:
    """Whether a string has its lines for itself, as a docstring has."""
    before, after = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    return not text[before:start].strip() and not text[end : after if after >= 0 else None].strip()
