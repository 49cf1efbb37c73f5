"""What arrives behind nginx: a server's template, with an echo in place of each of the two upstreams."""

from __future__ import annotations

import re
import socket
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import httpx

from labkit.companions import bound, nginx
from labkit.companions.replica import Replica
from labkit.http.client import connect
from labkit.labs.lab13_scale.replica_set import START, free_ports
from labkit.labs.lab13_scale.setups import PLAIN_UPSTREAMS, SERVER, UPSTREAMS
from labkit.live.log import Lines

NAMES = ("api", "sticky")
_LISTENS = re.compile(r"(?m)^[^#\n]*\blisten\s+\$\{?LISTEN\b")
_LEFT_OUT = ("accept", "accept-encoding", "user-agent")
"""What httpx says of itself."""


def arrived(template: str, target: str, headers: Mapping[str, str]) -> Lines:
    """Send a GET through nginx, and return which upstream it came to, and with which headers; or what nginx has said.

    Args:
        template: the server, as in server.conf.template.
        target: path and query.
        headers: what the client sends.
    """
    if not _LISTENS.search(template):
        return Lines("no server listens on ${LISTEN} yet")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nginx-")))
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in NAMES]
        echoes = {name: stack.enter_context(Replica(one)) for name, one in zip(NAMES, sockets, strict=True)}
        address = f"127.0.0.1:{free_ports(1)[0]}"
        values = {f"REPLICA_{number}": f"127.0.0.1:{echo.port}" for number, echo in enumerate(echoes.values(), 1)}
        templates = {UPSTREAMS: PLAIN_UPSTREAMS, SERVER: template}
        main = nginx.lay_out(folder, templates, values | {"LISTEN": address})
        if said := nginx.refusal(main):
            return Lines("\n".join(filter(None, [f"nginx: {said}", nginx.advice(said)])))
        stack.callback(bound.end, bound.start(nginx.words(main), cwd=folder))
        reply = stack.enter_context(connect(f"http://{address}")).send(_request(address, target, headers))
        return Lines(_told(echoes, reply))


def _request(address: str, target: str, headers: Mapping[str, str]) -> httpx.Request:
    """Return the request, once somebody listens."""
    until = time.monotonic() + START
    host, _, port = address.rpartition(":")
    while time.monotonic() < until:
        try:
            socket.create_connection((host, int(port)), 5.0).close()
            break
        except OSError:
            time.sleep(0.02)
    return httpx.Request("GET", f"http://{address}{target}", headers=dict(headers))


def _told(echoes: Mapping[str, Replica], reply: httpx.Response) -> str:
    found = [(name, call) for name, echo in echoes.items() for call in echo.calls]
    if not found:
        return f"nginx has answered {reply.status_code} by itself"
    name, call = found[-1]
    shown = {key: value for key, value in call.headers.items() if key not in _LEFT_OUT}
    lines = [f"  {key:<18} {value}" for key, value in sorted(shown.items())]
    return "\n".join([f"{call.method} {call.target} came to {name}, with", *lines])
