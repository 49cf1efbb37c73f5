"""Where the student's browser reaches a server that listens on 127.0.0.1 of the machine the notebook runs on.

On a laptop that is the address itself. On a JupyterHub, on Binder or in a codespace the browser is elsewhere, and the
way leads through the host of the notebook. jupyter-server-proxy takes the prefix of that way off before it passes a
request on, and says so in a header; an application that is told its prefix writes addresses that the browser can use.
"""

from __future__ import annotations

import os
import re
from typing import Any

SETTING = "LABKIT_ADDRESS"
"""The environment variable for everything that cannot be recognised, as `https://lab.example.org/proxy/{port}`."""

_HERE = "http://127.0.0.1:{port}"
_PREFIX = re.compile(rb"(/[\w.~%@+-]+)+/?", re.ASCII)


def link(port: int) -> str:
    """Return the address of a port for the student's browser, without a slash at its end.

    On a JupyterHub that does not tell its public address it begins with the path: a link in a notebook leads there.
    """
    return _form().replace("{port}", str(port))


def pattern() -> re.Pattern[str]:
    """Return what finds such an address in a text, of whatever port."""
    return re.compile(re.escape(_form()).replace(re.escape("{port}"), r"\d+"))


def elsewhere() -> bool:
    """Whether the browser is on another machine than the server."""
    return _form() != _HERE


def _form() -> str:
    """The address, with `{port}` where the port goes."""
    setting, around = os.environ.get(SETTING, ""), os.environ
    if "{port}" in setting:
        return setting.rstrip("/")
    hub = around.get("JUPYTERHUB_PUBLIC_URL") or around.get("JUPYTERHUB_SERVICE_PREFIX")  # Binder is a JupyterHub, too
    if hub:
        return f"{hub.rstrip('/')}/proxy/{{port}}"
    if around.get("CODESPACE_NAME"):
        domain = around.get("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN", "app.github.dev")
        return f"https://{around['CODESPACE_NAME']}-{{port}}.{domain}"
    return _HERE


def prefix(scope: Any) -> str:
    """Return what a proxy has taken off the path of a request; empty if nobody has."""
    said = dict(scope.get("headers", ())).get(b"x-forwarded-prefix", b"")
    return said.decode("ascii").rstrip("/") if _PREFIX.fullmatch(said) else ""


class Prefixed:
    """ASGI middleware that tells an application the prefix under which the browser sees it, as its `root_path`."""

    def __init__(self, app: Any) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Put the prefix back, as ASGI has it: `path` is the whole path, `root_path` the part that is not the app's."""
        if scope["type"] in {"http", "websocket"} and (before := prefix(scope)):
            raw = before.encode() + (scope.get("raw_path") or scope["path"].encode())
            scope = scope | {"root_path": before, "path": before + scope["path"], "raw_path": raw}
        await self._app(scope, receive, send)
