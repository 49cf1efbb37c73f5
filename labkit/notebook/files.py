"""The files beside a module that a student writes as well, such as a Dockerfile: one for each exercise that has one.

They lie in a folder of the lab's name. The notebook writes them with `%%section`, as it writes the module's sections.
"""

from __future__ import annotations

from pathlib import Path

from labkit import sections
from labkit.course import Lab


class Beside:
    """The files beside one module on disk."""

    def __init__(self, folder: Path, lab: Lab, *, fresh: bool = False) -> None:
        """Look at the files in a folder; where `fresh`, only at those that were written since."""
        self._folder, self._lab = folder, lab
        self._seen: set[str] = set() if fresh else set(lab.files)

    def place(self, name: str) -> str:
        """An exercise's file as messages name it, `labs/lab07_production/Dockerfile`."""
        return f"{self._folder.parent.name}/{self._folder.name}/{self._lab.files[name]}"

    def written(self) -> list[str]:
        """The exercises whose files are there."""
        return [name for name in self._lab.files if name in self._seen and self._path(name).is_file()]

    def text(self, name: str) -> str:
        """What an exercise's file says."""
        return sections.normalise(self._path(name).read_text(encoding="utf-8", errors="replace"))

    def write(self, name: str, text: str, *, keep: bool = False) -> str | None:
        """Write a file.

        Returns:
            Where it is to keep what stood there: the name of the copy.
        """
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = None
        if keep:
            copies = (path.with_name(f"{path.name}.edited{number}") for number in range(1, 1000))
            copy = next(copy for copy in copies if not copy.exists())
            path.rename(copy)
            kept = f"{self.place(name).rpartition('/')[0]}/{copy.name}"
        path.write_text(text, encoding="utf-8")
        self._seen.add(name)
        return kept

    def _path(self, name: str) -> Path:
        return self._folder / self._lab.files[name]
