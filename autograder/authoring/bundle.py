"""Makes the student's bundle: what a student needs to work, no solution and no hidden check. Same files, same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

NAME = "workbook"
_FILES = (
    "README.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "environment.yml",
    "requirements.lock",
    "pyproject.toml",
    "labs/README.md",
    "data/README.md",
)
_FOLDERS = ("docs/*.png", "labkit/**/*", "notebooks/*.ipynb", "autograder/checks/*.py")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def bundle(top: Path, target: Path) -> Path:
    """Write the bundle into the folder `target` and return its path."""
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{NAME}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in contents(top):
            entry = zipfile.ZipInfo(f"{NAME}/{file.relative_to(top).as_posix()}", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, file.read_bytes())
    return path


def contents(top: Path) -> Iterator[Path]:
    """Yield the files of the bundle, in one order."""
    found = [top / name for name in _FILES] + [path for pattern in _FOLDERS for path in top.glob(pattern)]
    for path in sorted(set(found)):
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
            yield path
