"""The folders that authors write in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Author:
    """The folders that authors write in, below the top of the repository."""

    top: Path

    @property
    def course(self) -> Path:
        """The course's title and the order of its labs; each lab's table lies beside it."""
        return self.top / "course" / "course.toml"

    def prose(self, lab: str) -> Path:
        """A lab's prose and cells."""
        return self.top / "course" / f"{lab}.md"

    def pages(self) -> list[Path]:
        """The notebooks that are no labs: they come before the first."""
        return sorted(self.course.parent.glob("00_*.md"))

    def solution(self, lab: str) -> Path:
        """A lab's reference module."""
        return self.top / "solutions" / f"{lab}.py"

    def beside(self, lab: str, file: str) -> Path:
        """A file beside a lab's reference module."""
        return self.top / "solutions" / lab / file
