"""A student's module as its text: what a notebook writes, and what a sandbox is given to serve."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Module:
    """A student's module.

    Attributes:
        lab: the lab's name, which names the file.
        text: what it says.
        given: the names whose values the checks want to know.
        sections: its sections: no other can have been left out.
        beside: the files that belong to it, by their names in a folder of the lab's name.
    """

    lab: str
    text: str
    given: Collection[str] = ()
    sections: Collection[str] = ()
    beside: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """It as plain data, to hand it to another process."""
        readable = self.text.encode("utf-8", "replace").decode()
        return {"module": f"labs/{self.lab}.py", "text": readable, "given": list(self.given)}

    def files(self) -> dict[str, bytes]:
        """The files beside it, by their paths."""
        return {f"labs/{self.lab}/{name}": text.encode("utf-8", "replace") for name, text in self.beside.items()}
