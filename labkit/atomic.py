"""Writes files in one step: whoever reads one sees all of the old or all of the new, and never half."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a draft beside a file, which takes the file's place when the block has written it without raising."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write(path: Path, text: str) -> None:
    """Write a text as it is; of characters that no file takes a question mark is written."""
    with replacing(path) as draft:
        draft.write_text(text, encoding="utf-8", errors="replace", newline="")
