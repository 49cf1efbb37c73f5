"""How a check wants a module started: with which environment, and which files around it.

Most checks talk to the one server of their lab, through the fixture `api`. A check file may say how that server is
started, and a check may start another:

    SERVER = served(StandIn(classes=3), ["a", "b", "c"])   # labkit.checks.models

    @exercise("lifespan")
    def test_no_model(start: Start) -> None:
        \"\"\"Without a readable model the app does not start.\"\"\"
        assert start(Setup({"MODEL_PATH": "{folder}/nothing.joblib"})).problem

A module that is started this way runs in a process of its own, a student's as well as the grader's. Where the setup
names a command, that is a production server with processes below it, see labkit.sandbox.inside.command_server:

    running = start(Setup(command=Command("uvicorn", ("--workers", "2"))))
    running.signal(signal.SIGTERM)
    assert running.exit_code(10) in (0, -signal.SIGTERM)

What the module asks over the network is a companion. The judge holds it, so nothing of it is in the module's reach:
only the socket that it answers on lies in the module's own network, and a variable names its address.

    running = start(Setup(companions={"UPSTREAM_URL": Upstream}))
    running.companions["UPSTREAM_URL"].answers["/features/age"] = found(7)

It is a URL of HTTP, unless the environment says which: `{"CACHE_URL": "redis://{address}/0"}`.

In the value of another variable, `{UPSTREAM_URL}` stands for the same address.

Processes that are to find each other's files share a folder, which outlives them; see labkit.sandbox.shared.
"""

from __future__ import annotations

import socket
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FOLDER = "{folder}"
"""Stands for the folder that a module runs in, in the value of a variable."""
SHARED = "{folder}/shared"
"""Stands for the folder that several processes share."""
ADDRESS = "{address}"
"""Stands for the host and the port of a companion, in the value of its variable."""


Companion = Callable[[socket.socket], AbstractContextManager[Any]]
"""Answers on a socket that listens, as long as its block runs; see labkit.companions."""


@dataclass(frozen=True)
class Command:
    """A production server, started as in a terminal, in the folder that the module lies in.

    Attributes:
        program: uvicorn, gunicorn or nginx.
        arguments: what stands on its command line, but for the application and the socket; for nginx its templates.
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
        companions: servers that it asks, each by the variable that holds its address.
        pool: whether it may start a pool of processes, which takes semaphores that lie outside of its folder.
        restarts: whether it can be started again in its folder; see labkit.checks.running.Running.restart.
        interpreter: the number of the warm interpreter that it is forked from. What one of another number makes of
            `hash("text")` is something else.
        shared: a folder of the judge's that it finds at SHARED and may write, as may others with the same.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    output: bool = False
    command: Command | None = None
    companions: Mapping[str, Companion] = field(default_factory=dict)
    pool: bool = False
    restarts: bool = False
    interpreter: int = 0
    shared: Path | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal for equal setups."""
        named = (*self.environment.items(), *self.files.items(), *self.companions.items())
        how = (self.output, self.command, self.pool, self.restarts, self.interpreter, self.shared)
        return (*sorted(named, key=lambda item: item[0]), *how)

    def as_dict(self) -> dict[str, Any]:
        """It as plain data, to hand it to another process."""
        files = {name: b64encode(content).decode() for name, content in self.files.items()}
        command = asdict(self.command) if self.command else None
        asked: dict[str, Any] = {"listeners": list(self.companions), "pool": self.pool, "restarts": self.restarts}
        asked["shared"] = str(self.shared or "")
        return {"environment": dict(self.environment), "files": files, "command": command, **asked}
