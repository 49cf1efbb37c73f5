"""How a check wants a module started: with which environment, and which files around it.

Most checks talk to the one server of their lab, through the fixture `api`. A check file may say how that server is
started, and a check may start another:

    SERVER = served(StandIn(classes=3), ["a", "b", "c"])   # labkit.stand_in

    @exercise("lifespan")
    def test_no_model(start: Start) -> None:
        \"\"\"Without a readable model the app does not start.\"\"\"
        assert start(Setup({"MODEL_PATH": "{folder}/nothing.joblib"})).problem

A module that is started this way runs in a process of its own, a student's as well as the grader's. Where the setup
names a command, that is a production server with processes below it, see labkit.supervising:

    running = start(Setup(command=Command("uvicorn", ("--workers", "2"))))
    running.signal(signal.SIGTERM)
    assert running.exit_code(10) in (0, -signal.SIGTERM)
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # it loads pytest, which has no business in the student's process
    from labkit.checking import Api

FOLDER = "{folder}"
"""Stands for the folder that a module runs in, in the value of a variable."""


@dataclass(frozen=True)
class Command:
    """A production server, started as in a terminal, in the folder that the module lies in.

    Attributes:
        program: uvicorn or gunicorn.
        arguments: what stands on its command line, but for the application and the socket.
        app: what it serves; by default the module's `app`, or its `create_app` if it has no `app`.
    """

    program: str
    arguments: tuple[str, ...] = ()
    app: str = ""


@dataclass(frozen=True)
class Setup:
    """What a module finds when it starts.

    Attributes:
        environment: variables by name; FOLDER in a value stands for the folder that the module runs in.
        files: what lies in that folder, by its path.
        output: whether to keep what it prints; what a command prints is always kept.
        command: the server that serves it; none for one that runs in the same process.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    output: bool = False
    command: Command | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal for equal setups."""
        return (*sorted(self.environment.items()), *sorted(self.files.items()), self.output, self.command)

    def as_dict(self) -> dict[str, Any]:
        """It as plain data, to hand it to another process."""
        files = {name: b64encode(content).decode() for name, content in self.files.items()}
        command = asdict(self.command) if self.command else None
        return {"environment": dict(self.environment), "files": files, "command": command}


class Running(Protocol):
    """A module that was started, seen from a check.

    Attributes:
        api: a client of it.
        problem: why it serves nothing; empty if it does.
        given: the values of the module's given names.
        settings: what gunicorn makes of its configuration, where that is the command; see labkit.supervising.
    """

    api: Api
    problem: str
    given: dict[str, Any]
    settings: dict[str, Any]

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        ...

    def events(self) -> list[str]:
        """Return what its models, and the start itself, have told since this was last asked for, oldest first.

        `imported` and `started` are told by the start, the rest by labkit.stand_in.
        """
        ...

    def signal(self, number: int, pid: int | None = None) -> bool:
        """Send a signal to the command's main process, or to one below it; whether it is a process of the command."""
        ...

    def exit_code(self, seconds: float = 0.0) -> int | None:
        """Return how the command has ended, if need be after waiting for it; a signal counts as a negative number."""
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
