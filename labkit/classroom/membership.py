"""Which class a workbook reports to, kept beside the progress, so that all its notebooks have the same seat."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from labkit import atomic
from labkit.classroom.wire import Code, Name
from labkit.text import one_line

SETTING = "LABKIT_CLASS"
"""The environment variable by which a hub names the class: the board's address, a space, the code."""
HUB_USER = "JUPYTERHUB_USER"
FILE = "class.json"


class Membership(BaseModel):
    """A class that a workbook reports to, or has left.

    Attributes:
        url: the board's address, without a slash at its end.
        code: the class's.
        name: how the seat is called on the instructor's board; empty for its number alone.
        asked: whether the student typed it; the hub's setting does not take the place of that.
        left: whether the student has left it.
        seat: the seat's number, and
        secret: what proves it; none before the board has given one.
    """

    model_config = ConfigDict(frozen=True)

    url: str
    code: Code
    name: Name = ""
    asked: bool = True
    left: bool = False
    seat: int | None = None
    secret: str = ""

    def same_class(self, other: Membership | None) -> bool:
        """Whether both are of one class."""
        return other is not None and (self.url, self.code) == (other.url, other.code)

    def without_seat(self) -> Membership:
        """The same, as it was before the board gave a seat."""
        return self.model_copy(update={"seat": None, "secret": ""})


def current(folder: Path) -> Membership | None:
    """Return what the workbook reports to: what the student said last, else what the hub has set."""
    kept, hub = read(folder), of_the_hub()
    said = kept is not None and kept.asked and not kept.left
    return kept if said or (hub is not None and hub.same_class(kept)) else hub


def read(folder: Path) -> Membership | None:
    """Return what is kept; None where there is nothing that can be used."""
    with contextlib.suppress(OSError, ValidationError):
        return Membership.model_validate_json((folder / FILE).read_bytes())
    return None


def keep(folder: Path, membership: Membership) -> None:
    """Keep it, for the owner's eyes; where that cannot be done it lasts as long as the kernel."""
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with atomic.replacing(folder / FILE) as draft:
            draft.touch(mode=0o600)
            draft.write_text(membership.model_dump_json(indent=1), encoding="utf-8")


def of_the_hub() -> Membership | None:
    """Return the class that the hub has set, under the name by which the hub knows the student."""
    words = os.environ.get(SETTING, "").split()
    if len(words) != 2 or (url := address(words[0])) is None:
        return None
    with contextlib.suppress(ValidationError):
        return Membership(url=url, code=words[1], name=one_line(os.environ.get(HUB_USER, ""), 40), asked=False)
    return None


def misspelt() -> str:
    """Say what is wrong with what the hub has set; empty where nothing is."""
    said = os.environ.get(SETTING, "")
    wrong = f"{SETTING} is {said!r}, and should be the board's address, a space, the code. Nothing is reported."
    return wrong if said.strip() and of_the_hub() is None else ""


def address(text: str) -> str | None:
    """Return a board's address as it is used; None if it is none."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(text.strip())
        usable = parts.scheme in ("http", "https") and parts.hostname and not parts.username
        if usable and parts.port != 0:  # what is no port raises
            return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
    return None
