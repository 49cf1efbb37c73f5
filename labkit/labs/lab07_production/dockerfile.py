"""Reads a Dockerfile: its stages, what each inherits, and what variables stand for.

Nothing is run. Continued lines, comments between them, heredocs, the escape directive, ARG before FROM, stages that
build on others and the exec form are understood as Docker understands them.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

_DIRECTIVE = re.compile(r"#\s*escape\s*=\s*(?P<sign>[\\`])\s*$", re.IGNORECASE)
_HEREDOC = re.compile(r"<<-?([\"']?)(?P<end>[A-Za-z_]\w*)\1")
_VARIABLE = re.compile(r"(?<!\\)\$(?:(?P<plain>\w+)|\{(?P<name>\w+)(?::?(?P<sign>[-+])(?P<other>[^}]*))?\})")
_TAKES_HEREDOC = {"RUN", "COPY", "ADD"}


@dataclass(frozen=True)
class Instruction:
    """One instruction.

    Attributes:
        name: what it is, in capitals.
        text: what follows, without flags, in one line.
        flags: its flags, such as `{"from": "build"}`.
        line, end: its first line, and its last one.
        heredocs: the texts that follow it.
    """

    name: str
    text: str
    flags: dict[str, str]
    line: int
    end: int
    heredocs: tuple[str, ...] = ()

    @property
    def exec_form(self) -> list[str] | None:
        """The words of its JSON list; None if it is not written as one."""
        return json_list(self.text)

    @property
    def words(self) -> list[str]:
        """Its words, in either form."""
        return self.exec_form or split(self.text)

    def __str__(self) -> str:
        """The instruction in one line."""
        flags = "".join(f" --{name}={value}" for name, value in self.flags.items())
        return f"{self.name}{flags} {self.text}".rstrip()


@dataclass
class Stage:
    """One stage.

    Attributes:
        base: the image or the stage that it builds on, with variables filled in.
        name: its own name; empty if it has none.
        instructions: what stands in it.
        variables: the values of ARG and ENV at its end.
        environment: those of ENV alone.
    """

    base: str
    name: str = ""
    instructions: list[Instruction] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


class Dockerfile:
    """A Dockerfile, read."""

    def __init__(self, text: str) -> None:
        """Read a text; what is no instruction is passed over."""
        self.instructions = list(_instructions(text))
        self.stages: list[Stage] = []
        outside: dict[str, str] = {}
        for one in self.instructions:
            if one.name == "FROM":
                self.stages.append(self._stage(one, outside))
            elif not self.stages:
                outside |= dict(_pairs(one, outside)) if one.name == "ARG" else {}
            else:
                self._take(self.stages[-1], one, outside)

    @cached_property
    def chain(self) -> list[Stage]:
        """The last stage, and before it those that it builds on."""
        return self.below(self.stages[-1]) if self.stages else []

    def below(self, stage: Stage) -> list[Stage]:
        """Return a stage, and before it those that it builds on."""
        found = [stage]
        while below := self._named(found[0].base, self.stages.index(found[0])):
            found.insert(0, below)
        return found

    @property
    def base(self) -> str:
        """The image that the last stage comes from."""
        return self.chain[0].base if self.chain else ""

    def last(self, name: str) -> Instruction | None:
        """Return the instruction of this name that counts in the image."""
        return next((one for one in reversed(self.image) if one.name == name), None)

    @property
    def image(self) -> list[Instruction]:
        """All instructions that make the image."""
        return [one for stage in self.chain for one in stage.instructions]

    @property
    def environment(self) -> dict[str, str]:
        """The variables of the image."""
        return {name: value for stage in self.chain for name, value in stage.environment.items()}

    def value(self, name: str) -> str:
        """What the last instruction of this name says, with variables filled in; empty if there is none."""
        one = self.last(name)
        return fill(one.text, self.chain[-1].variables) if one else ""

    def _stage(self, one: Instruction, outside: dict[str, str]) -> Stage:
        words = fill(one.text, outside).split()
        named = len(words) > 2 and words[1].upper() == "AS"
        stage = Stage(words[0] if words else "", words[2] if named else "")
        if below := self._named(stage.base, len(self.stages)):
            stage.environment = dict(below.environment)
            stage.variables = dict(below.environment)
        return stage

    def _named(self, name: str, before: int) -> Stage | None:
        earlier = reversed(self.stages[:before])
        return next((one for one in earlier if one.name and one.name.lower() == name.lower()), None)

    def _take(self, stage: Stage, one: Instruction, outside: dict[str, str]) -> None:
        stage.instructions.append(one)
        if one.name == "ENV":
            found = dict(_pairs(one, stage.variables))
            stage.environment |= found
            stage.variables |= found
        elif one.name == "ARG":
            for name, value in _pairs(one, stage.variables):
                stage.variables.setdefault(name, value or outside.get(name, ""))


def json_list(text: str) -> list[str] | None:
    """Return the words of a JSON list of texts; None if a text is none."""
    try:
        words = json.loads(text)
    except ValueError:
        return None
    return words if isinstance(words, list) and all(isinstance(word, str) for word in words) else None


def split(text: str) -> list[str]:
    """Return the words of a command, as a shell splits them."""
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def fill(text: str, variables: dict[str, str]) -> str:
    """Return a text with its variables filled in; one without a value becomes nothing."""

    def value(found: re.Match[str]) -> str:
        name = found["plain"] or found["name"]
        known = variables.get(name, "")
        if found["sign"] == "-":
            return known or found["other"]
        return (found["other"] if known else "") if found["sign"] == "+" else known

    return _VARIABLE.sub(value, text)


def assignments(one: Instruction) -> list[tuple[str, str]]:
    """Return the names and values of an ENV, ARG or LABEL as they are written; `ENV name value` is one, too."""
    words = split(one.text)
    if one.name == "ENV" and words and "=" not in words[0]:
        return [(words[0], " ".join(words[1:]))]
    return [(name, value) for name, _, value in (word.partition("=") for word in words)]


def spelled_out(text: str) -> list[tuple[int, str]]:
    """Return the lines of a text, each with its number, as readers want it who know heredocs only in part.

    Those of COPY and ADD are comments, and below those of RUN stands an empty line.
    """
    lines = list(enumerate(text.splitlines(), 1))
    for one in reversed(Dockerfile(text).instructions):
        if one.heredocs and one.name in ("COPY", "ADD"):
            lines[one.line - 1] = one.line, _HEREDOC.sub("text", lines[one.line - 1][1])
            lines[one.line : one.end] = [(number, "#") for number, _ in lines[one.line : one.end]]
        elif one.heredocs:
            lines.insert(one.end, (one.end, ""))
    return lines


def _pairs(one: Instruction, variables: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in assignments(one):
        yield name, fill(value, variables)


def _instructions(text: str) -> Iterator[Instruction]:
    lines = text.splitlines()
    escape = next((found["sign"] for line in lines[:3] if (found := _DIRECTIVE.match(line))), "\\")
    at = 0
    while at < len(lines):
        begin, whole = at, ""
        while at < len(lines):
            line = lines[at].rstrip()
            at += 1
            if not line.strip() or line.lstrip().startswith("#"):
                if not whole:
                    break
                continue
            goes_on = line.endswith(escape)
            whole += line.removesuffix(escape) if goes_on else line
            if not goes_on:
                break
        if not whole.strip():
            continue
        name, _, rest = whole.strip().partition(" ")
        heredocs = []
        for found in _HEREDOC.finditer(rest) if name.upper() in _TAKES_HEREDOC else ():
            body = []
            while at < len(lines) and lines[at].strip() != found["end"]:
                body.append(lines[at])
                at += 1
            at += 1
            heredocs.append("\n".join(body))
        flags, rest = _flags(rest.strip())
        yield Instruction(name.upper(), rest, flags, begin + 1, at, tuple(heredocs))


def _flags(text: str) -> tuple[dict[str, str], str]:
    flags = {}
    while found := re.match(r"--(?P<name>[a-z-]+)(?:=(?P<value>\S*))?\s+", text):
        flags[found["name"]] = found["value"] or ""
        text = text[found.end() :]
    return flags, text
