"""A module that was started, and the fixture that starts one: what checks see of the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from labkit.checks.api import Api, Mismatch
from labkit.sandbox.setup import Setup


class Running(Protocol):
    """A module that was started, seen from a check.

    Attributes:
        api: a client of it.
        problem: why it serves nothing; empty if it does.
        given: the values of the module's given names.
        settings: what gunicorn makes of its configuration, where that is the command; see
            labkit.sandbox.inside.command_server.
        companions: what it asks, by the variable that holds the address; see labkit.sandbox.setup.
        left_out: why each section that was left out in this start was, by its name.
    """

    api: Api
    problem: str
    given: dict[str, Any]
    settings: dict[str, Any]
    companions: dict[str, Any]
    left_out: dict[str, str]

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        ...

    def events(self) -> list[str]:
        """Return what its models, and the start itself, have told since this was last asked for, oldest first.

        `imported` and `started` are told by the start, the rest by labkit.checks.models.
        """
        ...

    def restart(self, **environment: str) -> None:
        """End it, and start it again in the same folder; `problem` says how that went. Its setup has to allow it.

        Args:
            environment: variables that it finds from now on, as labkit.sandbox.setup.Setup has them.
        """
        ...

    def holding(self, database: str) -> AbstractContextManager[Callable[[], None]]:
        """Let whoever wants to write to a database of SQLite wait, for the block, or until what is yielded is called.

        That arranges a race: all can look before anybody can write. Its setup has to allow restarts; where the module
        has no such database, nothing is held.

        Args:
            database: its path in the folder that the module runs in.
        """
        ...

    def signal(self, number: int, pid: int | None = None) -> bool:
        """Send a signal to the command's main process, or to one below it; whether it is a process of the command."""
        ...

    def exit_code(self, seconds: float = 0.0) -> int | None:
        """Return how the command has ended, if need be after waiting for it; a signal counts as a negative number."""
        ...

    def read(self, path: str) -> str:
        """Return the end of a file that a command has written, by its path in the folder that it runs in."""
        ...

    def gone(self, seconds: float) -> bool:
        """Whether nothing is left of a command that has ended, if need be after waiting for it."""
        ...

    def printed(self, enough: Callable[[list[str], list[str]], bool] | None = None) -> tuple[list[str], list[str]]:
        """Return the lines it has printed so far on stdout, and those on stderr; none unless its setup asks for them.

        Args:
            enough: wait, up to two seconds, until this is true of the two.
        """
        ...


class Start(Protocol):
    """The fixture `start`: starts the module, or returns it where it runs already with the same setup."""

    def __call__(self, setup: Setup, *, fresh: bool = False) -> Running:
        """Start the module; `fresh` for a process of its own."""
        ...


def running(
    start: Start,
    wanted: Setup,
    *,
    fresh: bool = False,
    sent: str = "the start of your module",
    expected: str = "it serves",
) -> Running:
    """Return a server that runs, or say why it does not.

    Args:
        start: the fixture.
        wanted: how it is started.
        fresh: whether in a process of its own.
        sent: what a message calls the start.
        expected: what it expects of it.

    Raises:
        Mismatch: it does not start.
    """
    found = start(wanted, fresh=fresh)
    if found.problem:
        raise Mismatch(sent, expected, found.problem)
    return found
