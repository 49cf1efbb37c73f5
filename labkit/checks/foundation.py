"""What an exercise rests on: sections above its own, and the app that its routes are added to.

Where such a section is not served, or the app is another one by now, every check of the exercise fails, and what it
saw tells nothing. So this is what its message advises, in all labs, whatever the check has to say itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from labkit import course, sections
from labkit.checks import middleware, routes
from labkit.checks.api import Mismatch
from labkit.module.advice import TRY
from labkit.module.source import Module
from labkit.sections import SETUP, Section

_MAKES_APP = re.compile(r"^app *(?::[^=\n]+)?= *FastAPI\(", re.MULTILINE)
_CELL = re.compile(r" of the cell (\w+), ")
_FIRST = re.compile(rf"^{TRY}(?:begin with|the middleware in) (\w+)", re.MULTILINE)
_LONGEST, _MANY = 50_000, 300
"""Up to how many characters a module is read for this, and how many names of a section are looked up: to say more about
one that is longer is not worth the time it could be made to take."""


@dataclass(frozen=True)
class Foundation:
    """A module, and what of it is served.

    Attributes:
        module: the module.
        left_out: why each section that was left out was, by its name.
    """

    module: Module
    left_out: Mapping[str, str] = field(default_factory=dict)

    def advice(self, exercise: str, problem: Mismatch) -> str | None:
        """Say what to do first, where an exercise cannot pass before that is done; else None."""
        own = next((one for one in self._sections if one.name == exercise), None)
        if own is None or len(self.module.text) > _LONGEST:
            return None
        for section in self._above(own):
            why = self._unserved.get(section.name)
            asked = routes.answers(section, problem.sent) and not routes.answers(own, problem.sent)
            if why and (asked or self._uses(own, section)):
                return f"begin with {section.name}: {exercise} rests on it, and it {why}"
        if stub := self._stub_of_another(own, problem.got):
            return stub
        lost = problem.got.startswith("404")
        reasons: tuple[str | None, ...] = (
            middleware.advice(self._served, own, problem),
            self._other_app(own) if lost else None,
            routes.advice(own, problem),
            *(routes.advice(section, problem, own=False) for section in self._above(own)),
            self._left_aside(own) if lost else None,
        )
        return next(filter(None, reasons), None)

    @cached_property
    def _sections(self) -> list[Section]:
        return sections.parse(self.module.text)

    @cached_property
    def _unserved(self) -> dict[str, str]:
        stubs = course.load().stubs.get(self.module.lab, {})
        untouched = [one.name for one in self._sections if stubs.get(one.name) == sections.fingerprint(one.source)]
        return dict.fromkeys(untouched, "is still the stub") | dict.fromkeys(self.left_out, "is not served")

    @property
    def _served(self) -> list[Section]:
        return [one for one in self._sections if one.name not in self._unserved]

    def _above(self, own: Section) -> list[Section]:
        """The sections above one, but for the first, which is given."""
        return [one for one in self._sections[: self._sections.index(own)] if one.name != SETUP]

    def _uses(self, own: Section, section: Section) -> bool:
        """Whether one takes a name from a section above it, and from none that stands between the two."""
        above = self._above(own)
        later = [one for one in above[above.index(section) + 1 :] if one.name not in self._unserved]
        names = (name for name in sorted(_names(own.source))[:_MANY] if sections.declares(section.source, name))
        return any(not any(sections.declares(one.source, name) for one in [*later, own]) for name in names)

    def _stub_of_another(self, own: Section, got: str) -> str | None:
        """Say so where an exercise comes to the stub of another one, which stands where something was given."""
        found = _CELL.search(got) if "NotImplementedError" in got else None
        if not found or found[1] == own.name or found[1] not in self._unserved:
            return None
        return f"begin with {found[1]}: {own.name} comes to what is still its stub"

    def _other_app(self, own: Section) -> str | None:
        """Say so where a section below makes an app of its own, which the routes above are not added to."""
        makers = [one for one in self._sections if _MAKES_APP.search(one.source) and one.name not in self.left_out]
        if len(makers) < 2 or self._sections.index(makers[-1]) < self._sections.index(own):
            return None
        place = makers[-1].name
        return f"change the app that is there: the second FastAPI(), in {place}, has none of the routes above it"

    def _left_aside(self, own: Section) -> str | None:
        """Say so where the routes are those of a router that the app never gets."""
        routers = dict.fromkeys(re.findall(r"@(\w+)\.[a-z]+\(", own.source))
        made = (name for name in routers if re.search(rf"^{name} *= *APIRouter\(", self.module.text, re.MULTILINE))
        forgotten = next(
            (name for name in made if not re.search(rf"include_router\(\s*{name}\b", self.module.text)), ""
        )
        return forgotten and f"give the router to the app, below its routes: app.include_router({forgotten})"


def first(message: str) -> str:
    """The section that a message says to begin with; empty where it names none."""
    found = _FIRST.search(message)
    return found[1] if found else ""


def _names(source: str) -> set[str]:
    """The names that a section uses; none where it does not parse."""
    nodes = (node for statement in routes.parsed(source) for node in ast.walk(statement))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
