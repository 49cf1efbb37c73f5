"""Starts the board of a class, and says how it is reached."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from autograder.board import vocabulary
from autograder.board.app import DESK, PROJECTOR, create
from autograder.board.store import Identity, Store, Unusable
from labkit import paths

FOLDER = ".class"
"""Where classes are kept, in the course directory."""
PORT = 8700
EVERYWHERE = ("0.0.0.0", "::")


@dataclass(frozen=True)
class Place:
    """Where the board listens, and where students reach it.

    Attributes:
        host: the address to listen on.
        port: the port; 0 for any.
        address: how students reach it, where a proxy is in between.
    """

    host: str = "127.0.0.1"
    port: int = PORT
    address: str = ""

    def bound(self) -> socket.socket:
        """Listen.

        Raises:
            Unusable: the port is taken, or the address is not this machine's.
        """
        try:
            return socket.create_server((self.host, self.port), backlog=1024, reuse_port=False)
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                said = f"Something listens on {self.host}:{self.port} already, perhaps another board."
                raise Unusable(f"{said} Name another port with --port, as in `make class PORT=8701`.") from None
            why = os.strerror(problem.errno) if problem.errno else str(problem)
            said = f"{self.host}:{self.port} cannot be listened on: {why}."
            raise Unusable(f"{said} Name an address of this machine and a port that you may use.") from None


def run(file: Path, name: str, place: Place, say: Callable[[Identity, str], None]) -> None:
    """Serve a class until Ctrl+C.

    Args:
        file: where it is kept.
        name: what it is called, if it is new.
        place: where to listen.
        say: is told the class and the board's own address, once it listens.

    Raises:
        Unusable: the file or the place cannot be used.
    """
    if place.host in EVERYWHERE and not place.address:
        said = f"--host {place.host} is every address of this machine. Say by which one students reach it"
        raise Unusable(f"{said}, as with --address http://192.168.1.20:{place.port}.")
    listening = place.bound()
    try:
        store = Store(file, name)
    except Unusable:
        listening.close()
        raise
    try:
        here = f"http://{'127.0.0.1' if place.host in EVERYWHERE else place.host}:{listening.getsockname()[1]}"
        room = store.room(vocabulary.load(paths.Workbook(paths.HOME / "labs")))
        app = create(store, room, (place.address or here).rstrip("/"), lambda: server.should_exit)
        # An access log would have the keys of the pages, and who sent what when.
        config = uvicorn.Config(app, access_log=False, log_level="warning", limit_concurrency=2000, server_header=False)
        config.timeout_graceful_shutdown = 5
        server = uvicorn.Server(config)
        say(store.identity, here)
        server.run([listening])
    except KeyboardInterrupt:
        pass
    finally:
        store.close()


def ways(identity: Identity, here: str, address: str) -> list[tuple[str, str]]:
    """Return what to tell an instructor who has started a board."""
    return [
        ("class", identity.name),
        ("students", f'lab.join("{(address or here).rstrip("/")}", "{identity.code}")'),
        ("your page", f"{here}/{DESK}/{identity.desk}/"),
        ("projector", f"{here}/{PROJECTOR}/{identity.projector}/"),
    ]
