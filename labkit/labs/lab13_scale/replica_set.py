"""Three replicas of the student's module behind a real nginx, as processes that end with the kernel.

with ReplicaSet(lab.draft.path, environment) as replicas:
    replicas.balance(template, "api")
    replicas.kill("B")
"""

from __future__ import annotations

import atexit
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import httpx

from labkit.companions import bound, nginx
from labkit.http.client import connect
from labkit.labs.lab13_scale.setups import CALLS, SERVER, UPSTREAMS

LETTERS = "ABC"
START = 60.0
"""How long a server may take until it answers, in seconds."""
_SERVER = """server {{
    listen ${{LISTEN}};
    location / {{
        proxy_pass http://{upstream};
        add_header X-Replica $upstream_addr always;
    }}
}}
"""


class NotServed(RuntimeError):
    """nginx, or a replica, does not start; the message is its own, and all that a notebook shows of it."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class ReplicaSet:
    """Three replicas, and nginx before them.

    Attributes:
        url: the address of nginx.
        ports: where each replica listens, by its letter.
    """

    def __init__(self, module: Path, environment: Mapping[str, str]) -> None:
        """Start the replicas; nginx starts with the first `balance`.

        Raises:
            NoNginx: there is none for this platform.
            NotServed: a replica does not start.
        """
        nginx.program()
        self._module, self._environment = module, dict(environment)
        self.ports = dict(zip(LETTERS, free_ports(len(LETTERS)), strict=True))
        self._port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self._port}"
        self._folder = Path(tempfile.mkdtemp(prefix="nginx-"))
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.client = connect(self.url)
        atexit.register(self.stop)
        try:
            for letter in LETTERS:
                self._begin(letter)
            for letter in LETTERS:
                self._await(letter, f"{self.address(letter)}{CALLS}")
        except BaseException:  # the others are not left behind
            self.stop()
            raise

    def address(self, letter: str) -> str:
        """Return where a replica answers by itself."""
        return f"http://127.0.0.1:{self.ports[letter]}"

    def living(self, letter: str) -> bool:
        """Whether a replica, or nginx, runs."""
        return letter in self._processes and self._processes[letter].poll() is None

    def kill(self, letter: str) -> None:
        """Kill a replica at once."""
        bound.end(self._processes.pop(letter))

    def revive(self, letter: str) -> None:
        """Start a replica again."""
        if not self.living(letter):
            self._begin(letter)
            self._await(letter, f"{self.address(letter)}{CALLS}")

    def balance(self, upstreams: str, upstream: str) -> None:
        """Let nginx choose by a template: it is started with a new configuration.

        Args:
            upstreams: the template with the upstreams.
            upstream: the name of the one to ask.

        Raises:
            NotServed: nginx does not take the template; the message is its own.
        """
        values = {f"REPLICA_{number}": f"127.0.0.1:{self.ports[letter]}" for number, letter in enumerate(LETTERS, 1)}
        templates = {UPSTREAMS: upstreams, SERVER: _SERVER.format(upstream=upstream)}
        main = nginx.lay_out(self._folder, templates, values | {"LISTEN": f"127.0.0.1:{self._port}"})
        if said := nginx.refusal(main):
            raise NotServed(f"{said}; nginx goes on as it was")
        if self.living("nginx"):
            self.kill("nginx")
        self._processes["nginx"] = bound.start(nginx.words(main), cwd=self._folder)
        self._await("nginx", f"{self.url}/health")

    def calls(self, letter: str) -> list[int]:
        """Return how many rows each call of a replica's model had so far; none if it does not run."""
        try:
            return list(httpx.get(f"{self.address(letter)}{CALLS}", timeout=5.0, trust_env=False).json())
        except (httpx.HTTPError, ValueError, TypeError):
            return []

    def stop(self) -> None:
        """End all of it."""
        while self._processes:
            bound.end(self._processes.popitem()[1])
        self.client.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        atexit.unregister(self.stop)

    def __enter__(self) -> Self:
        """Use it in a with block, which stops it."""
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _begin(self, letter: str) -> None:
        words = [sys.executable, "-m", "uvicorn", "labkit.labs.lab13_scale.one_of_three:app"]
        options = ["--port", str(self.ports[letter]), "--log-level", "error"]
        environment = {**self._environment, "MODULE": str(self._module)}
        self._processes[letter] = bound.start([*words, *options], cwd=self._module.parent, environment=environment)

    def _await(self, letter: str, url: str) -> None:
        """Wait until somebody answers."""
        until = time.monotonic() + START
        while self.living(letter) and time.monotonic() < until:
            try:
                httpx.get(url, timeout=5.0, trust_env=False)
                return
            except httpx.HTTPError:
                time.sleep(0.02)
        raise NotServed(f"{letter} does not start: {bound.last_words(bound.end(self._processes.pop(letter)))}")


def free_ports(count: int) -> list[int]:
    """Return ports of 127.0.0.1 that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports
