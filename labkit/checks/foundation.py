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
from labkit.checks.api import Mismatch
from labkit.module.source import Module
from labkit.sections import SETUP, Section

_MAKES_APP = re.compile(r"^app *(?::[^=\n]+)?= *FastAPI\(", re.MULTILINE)
_ROUTE = re.compile(r"""(?:@\w+\.(\w+)\(\s*["']|# +([A-Z]+) +)(/[^"'\s]*)""")
_REQUEST = re.compile(r"([A-Z]+) (/[^ ?]*)")
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
            asked = _answers(section, problem.sent) and not _answers(own, problem.sent)
            if why and (asked or self._uses(own, section)):
                return f"begin with {section.name}: {exercise} rests on it, and it {why}"
        return self._other_app(own) if problem.got.startswith("404") else None

    @cached_property
    def _sections(self) -> list[Section]:
        return sections.parse(self.module.text)

    @cached_property
    def _unserved(self) -> dict[str, str]:
        stubs = course.load().stubs.get(self.module.lab, {})
        untouched = [one.name for one in self._sections if stubs.get(one.name) == sections.fingerprint(one.source)]
        return dict.fromkeys(untouched, "is still the stub") | dict.fromkeys(self.left_out, "is not served")

    def _above(self, own: Section) -> list[Section]:
        """The sections above one, but for the first, which is given."""
        return [one for one in self._sections[: self._sections.index(own)] if one.name != SETUP]

    def _uses(self, own: Section, section: Section) -> bool:
        """Whether one takes a name from a section above it, and from none that stands between the two."""
        above = self._above(own)
        later = [one for one in above[above.index(section) + 1 :] if one.name not in self._unserved]
        names = (name for name in sorted(_names(own.source))[:_MANY] if sections.declares(section.source, name))
        return any(not any(sections.declares(one.source, name) for one in [*later, own]) for name in names)

    def _other_app(self, own: Section) -> str | None:
        """Say so where a section below makes an app of its own, which the routes above are not added to."""
        makers = [one for one in self._sections if _MAKES_APP.search(one.source) and one.name not in self.left_out]
        if len(makers) < 2 or self._sections.index(makers[-1]) < self._sections.index(own):
            return None
        place = makers[-1].name
        return f"change the app that is there: the second FastAPI(), in {place}, has none of the routes above it"


def _names(source: str) -> set[str]:
    """The names that a section uses; none where it does not parse."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _answers(section: Section, sent: str) -> bool:
    """Whether a section is where a request is answered, or says in a comment that it is going to be."""
    request = _REQUEST.match(sent)
    routes = [(found[1] or found[2], found[3]) for found in _ROUTE.finditer(section.source)]
    return request is not None and any(
        method.upper() == request[1] and _fits(path.partition("?")[0], request[2]) for method, path in routes
    )


def _fits(template: str, path: str) -> bool:
    """Whether a path is one of a route, part by part: no pattern of the student's is ever matched."""
    wanted, asked = template.split("/"), path.split("/")
    fits = (bool(part) if "{" in place else part == place for place, part in zip(wanted, asked, strict=False))
    return len(wanted) == len(asked) and all(fits)
