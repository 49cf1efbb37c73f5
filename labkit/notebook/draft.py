"""The module a student writes: a file made of sections, which the notebook writes and an editor may have changed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from labkit import sections
from labkit.course import Lab
from labkit.notebook.files import Beside
from labkit.notebook.progress import Progress
from labkit.sections import SETUP, Section


class Draft:
    """A lab's module on disk.

    Attributes:
        path: the file.
        place: the file as messages name it, `labs/lab01_hello.py`.
    """

    def __init__(self, path: Path, lab: Lab, progress: Progress, *, fresh: bool = False) -> None:
        """Look at the file; a `fresh` draft starts empty, whatever stands there."""
        self.path = path
        self.place = f"{path.parent.name}/{path.name}"
        self._lab, self._progress = lab, progress
        self._ignored = fresh
        self._beside = Beside(path.with_suffix(""), lab, fresh=fresh)

    @property
    def exists(self) -> bool:
        """Whether anything was written yet."""
        return self.path.exists() and not self._ignored

    @property
    def text(self) -> str:
        """The file's text; empty if there is none."""
        return self.path.read_text(encoding="utf-8", errors="replace") if self.exists else ""

    def sections(self) -> dict[str, Section]:
        """The sections in the file, by name, in the order in which they stand, and then the files beside it."""
        beside = {name: Section(name, self._beside.text(name)) for name in self._beside.written()}
        return self._inside() | beside

    def beside(self) -> dict[str, str]:
        """The files beside the module, by their names."""
        return {self._lab.files[name]: self._beside.text(name) for name in self._beside.written()}

    def place_of(self, name: str) -> str:
        """The file that a section stands in, as messages name it."""
        return self._beside.place(name) if name in self._lab.files else self.place

    def _inside(self) -> dict[str, Section]:
        return {section.name: section for section in sections.parse(self.text)}

    def source(self, name: str) -> str:
        """The text of one section; empty if it was not written yet."""
        section = self.sections().get(name)
        return section.source if section else ""

    def bearing(self, name: str) -> str:
        """The text of one section, and of each below it that gives one of its names another meaning."""
        inside = list(self._inside().values())
        place = next((number for number, one in enumerate(inside) if one.name == name), None)
        if place is None:
            return self.source(name)
        names = sections.defined(inside[place].source)
        below = [one.source for one in inside[place + 1 :] if names & sections.defined(one.source)]
        return "\n".join([inside[place].source, *below])

    def attempted(self, name: str, stub: str) -> bool:
        """Whether a section is there and not its stub; a module without marks may have it anywhere."""
        if name in self.sections():
            return sections.fingerprint(self.source(name)) != stub
        return name not in self._lab.files and bool(self.text) and not self._inside()

    def solved_elsewhere(self, name: str, stubs: Mapping[str, str]) -> bool:
        """Whether what an untouched stub promises may stand in another section, which has been written."""
        if self._lab.exercise(name).elsewhere:
            return True
        promised = sections.promised(self.source(name))
        written = [
            other for other in self.sections() if other not in (SETUP, name) and self.attempted(other, stubs[other])
        ]
        return any(sections.says(self.source(other), word) for other in written for word in promised)

    def misused(self, name: str, source: str, before: str | None) -> str | None:
        """Say what is wrong with a cell that cannot become a section; None if it can."""
        for wanted in filter(None, (name, before)):
            if wanted not in self._lab.sections:
                return f"this lab has no section {wanted}\nit has    {', '.join(self._lab.sections)}"
        if before and self._lab.files.keys() & {name, before}:
            return f"{name} is in {self.place_of(name)}, {before} in {self.place_of(before)}"
        if before == name:
            return "a section cannot stand before itself"
        marks = [section.mark for section in sections.parse(source)]
        return f"a cell is one section: remove the line `{marks[0]}`" if marks else None

    def write(self, section: Section) -> str | None:
        """Write one section and leave the others as they stand.

        Returns:
            If that loses an edit made in the file, the name of the copy that was kept of the file as it was.
        """
        if section.name in self._lab.files:
            return self._write_beside(section)
        kept = self._keep_copy() if self._loses(section) else None
        written = sections.replace(self._inside().values(), section)
        text = sections.render(sections.arrange(written, self._lab.sections), self._lab.title)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(text, encoding="utf-8")
        self._ignored = False
        self._progress.keep("written", section.name, _digest(section))
        return kept

    def _write_beside(self, section: Section) -> str | None:
        there = self.sections().get(section.name)
        loses = there is not None and there.source != section.source and not self._wrote(there)
        kept = self._beside.write(section.name, section.source, keep=loses)
        self._progress.keep("written", section.name, _digest(section))
        return kept

    def edited(self) -> list[str]:
        """The sections that do not stand in the file as the notebook last wrote them, or not where it put them."""
        found, moved = self.sections(), self._moved()
        if not any(self._progress.get("written", name) for name in found):
            return []  # no notebook has written any of it, so none was edited behind its back
        return [name for name, section in found.items() if name in moved or not self._wrote(section)]

    def as_cell(self, name: str) -> Section | None:
        """A section as a cell would have to say it, so that it comes to stand where it stands in the file."""
        section = self.sections().get(name)
        return replace(section, before=self._moved()[name]) if section and name in self._moved() else section

    def _moved(self) -> dict[str, str | None]:
        """The sections that stand elsewhere than the notebook puts them, and before which section they stand."""
        found = self._inside()
        names = list(found)
        placed = [section.name for section in sections.arrange(found.values(), self._lab.sections)]
        if names == placed:
            return {}
        after = dict(zip(names, [*names[1:], None], strict=True))
        for name in names:  # the one section that was moved, if there is one
            if [other for other in names if other != name] == [other for other in placed if other != name]:
                return {name: after[name]}
        return {name: after[name] for name, other in zip(names, placed, strict=True) if name != other}

    def _wrote(self, section: Section) -> bool:
        """Whether the notebook has written a section as it stands in the file."""
        return bool(self._progress.get("written", section.name) == _digest(section))

    def _loses(self, section: Section) -> bool:
        """Whether writing a section drops lines of the file that the notebook has not written."""
        there = self._inside().get(section.name)
        if there and there.source != section.source and not self._wrote(there):
            return True
        kept = sections.render(self._inside().values(), self._lab.title)
        return bool(_lines(self.text) - _lines(kept))

    def _keep_copy(self) -> str:
        copies = (self.path.with_name(f"{self.path.stem}.edited{number}.py") for number in range(1, 1000))
        copy = next(copy for copy in copies if not copy.exists())
        copy.write_text(self.text, encoding="utf-8")
        return f"{copy.parent.name}/{copy.name}"


def _digest(section: Section) -> str:
    return hashlib.sha256(f"{section.mark}\n{section.source}".encode()).hexdigest()[:16]


def _lines(text: str) -> Counter[str]:
    return Counter(line for line in sections.normalise(text).split("\n") if line.strip())
