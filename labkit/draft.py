"""The module a student writes: a file made of sections, which the notebook writes and an editor may have changed."""

from __future__ import annotations

from pathlib import Path

from labkit import sections
from labkit.course import Lab
from labkit.progress import Progress
from labkit.sections import Section


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
        self._exists = path.exists() and not fresh

    @property
    def exists(self) -> bool:
        """Whether anything was written yet."""
        return self._exists and self.path.exists()

    @property
    def text(self) -> str:
        """The file's text; empty if there is none."""
        return self.path.read_text(encoding="utf-8", errors="replace") if self.exists else ""

    def sections(self) -> dict[str, Section]:
        """The sections in the file, by name, in the order in which they stand."""
        return {section.name: section for section in sections.parse(self.text)}

    def source(self, name: str) -> str:
        """The text of one section; empty if it was not written yet."""
        section = self.sections().get(name)
        return section.source if section else ""

    def write(self, section: Section) -> str | None:
        """Write one section and leave the others as they stand.

        Returns:
            If the section had been edited in the file, the name of the copy that was kept of the file as it was.
        """
        kept = self._keep_copy() if section.name in self.edited() else None
        written = sections.replace(self.sections().values(), section)
        text = sections.render(sections.arrange(written, self._lab.sections), self._lab.title)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(text, encoding="utf-8")
        self._exists = True
        self._progress.keep("written", section.name, sections.fingerprint(section.source))
        return kept

    def edited(self) -> list[str]:
        """The sections of the file that are not as the notebook last wrote them."""
        return [
            name
            for name, section in self.sections().items()
            if self._progress.get("written", name) != sections.fingerprint(section.source)
        ]

    def _keep_copy(self) -> str:
        copies = (self.path.with_name(f"{self.path.stem}.edited{number}.py") for number in range(1, 1000))
        copy = next(copy for copy in copies if not copy.exists())
        copy.write_text(self.text, encoding="utf-8")
        return f"{copy.parent.name}/{copy.name}"
