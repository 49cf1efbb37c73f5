"""A second solution of each exercise, to be read once the exercise is solved: people learn most from other words.

The build seals it with the text of the lab's visible checks. So no file of a student's workbook shows it, and no search
finds it. It is a seal, and no lock: whoever writes a program that calls `opened` reads it, just as whoever changes a
check is told that all is well. No mark depends on it: the grader has checks of its own.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from pathlib import Path

from labkit.verdict import Outcome, Verdict

BUILT = Path(__file__).with_name("second_solutions.json")
"""The sealed solutions, by lab and exercise."""
_SALT = 16


def sealed(text: str, exercise: str, checks: str) -> str:
    """Return the solution of an exercise in a form that says nothing without these checks."""
    plain = text.encode()
    salt = hashlib.sha256(plain).digest()[:_SALT]
    return b64encode(salt + _mixed(plain, salt, exercise, checks)).decode()


def opened(seal: str, exercise: str, checks: str) -> str:
    """Return the solution that was sealed with these checks; empty where it was sealed with others."""
    whole = b64decode(seal)
    salt = whole[:_SALT]
    plain = _mixed(whole[_SALT:], salt, exercise, checks)
    return plain.decode() if hashlib.sha256(plain).digest()[:_SALT] == salt else ""


def of(lab: str, verdict: Verdict, checks: Path) -> str:
    """Return the second solution of an exercise whose verdict is correct; else, or where there is none, nothing."""
    if verdict.outcome is not Outcome.CORRECT or not BUILT.exists():
        return ""
    seals: dict[str, dict[str, str]] = json.loads(BUILT.read_text(encoding="utf-8"))
    seal = seals.get(lab, {}).get(verdict.exercise)
    return opened(seal, verdict.exercise, checks.read_text(encoding="utf-8")) if seal else ""


def _mixed(text: bytes, salt: bytes, exercise: str, checks: str) -> bytes:
    """Return the text, each byte mixed with one of a stream that only these checks give; twice gives it back."""
    stream = hashlib.shake_256(b"\0".join([salt, exercise.encode(), checks.encode()])).digest(len(text))
    return bytes(one ^ other for one, other in zip(text, stream, strict=True))
