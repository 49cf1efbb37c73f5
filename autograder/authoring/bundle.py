"""Makes the student's bundle: what a student needs to work, no solution and no hidden check. Same files, same bytes."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterable, Iterator
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
    "hatch_build.py",
    "Dockerfile",
    ".devcontainer/devcontainer.json",
    "labs/README.md",
    "data/README.md",
)
_FOLDERS = ("docs/*.png", "docs/*.md", "binder/*", "labkit/**/*", "notebooks/*.ipynb", "autograder/checks/*.py")
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""No file of a zip may be older."""


def bundle(top: Path, target: Path) -> Path:
    """Write the bundle into the folder `target` and return its path."""
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{NAME}.zip"
    path.write_bytes(archive(top, contents(top), Path(NAME)))
    return path


def archive(top: Path, files: Iterable[Path], folder: Path = Path()) -> bytes:
    """Return files below `top` as a zip, in which they stand below a folder: same files, same bytes.

    Each has the date of the newest, so that a student's file browser says how old the release is.
    """
    files = list(files)
    newest = max((file.stat().st_mtime for file in files), default=0.0)
    date = max(time.gmtime(newest)[:6], _EPOCH)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as zipped:
        for file in files:
            entry = zipfile.ZipInfo((folder / file.relative_to(top)).as_posix(), date)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            zipped.writestr(entry, file.read_bytes())
    return content.getvalue()


def contents(top: Path) -> Iterator[Path]:
    """Yield the files of the bundle, in one order."""
    yield from matching(top, (*_FILES, *_FOLDERS))


def matching(top: Path, patterns: Iterable[str]) -> Iterator[Path]:
    """Yield the files that fit one of the patterns, in one order, without what Python and editors leave."""
    for path in sorted({path for pattern in patterns for path in top.glob(pattern)}):
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
            yield path
