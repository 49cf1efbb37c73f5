"""Two small servers, each of which has one page: two origins for a browser. They end with the kernel.

The first page also asks its own server for what only the kernel knows: what has arrived at the live server, the rows of
the database, and how a race has ended. It lies at a path that nobody can guess.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SCRIPT = (Path(__file__).parent / "page.js").read_text(encoding="utf-8")
PAGE = f'<!doctype html><meta charset="utf-8"><title>A page of its own origin</title><script>{SCRIPT}</script>'.encode()
Answer = Callable[[str, dict[str, str]], Any]
"""Takes a name and what its query says, and returns JSON; None where there is no such thing."""


class Origin:
    """A server with a page.

    Attributes:
        url: the origin, as a browser says it.
        page: where its page is.
    """

    def __init__(self, answer: Answer | None = None) -> None:
        """Listen on a free port; `answer` says what there is besides the page."""
        secret = secrets.token_urlsafe(12)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                folder, _, name = parts.path.removeprefix("/").partition("/")
                if folder != secret:
                    self.send_error(404)
                    return
                found = answer(name, dict(parse_qsl(parts.query))) if answer and name else None
                if name and found is None:
                    self.send_error(404)
                elif name:
                    self._send(json.dumps(found).encode(), "application/json")
                else:
                    self._send(PAGE, "text/html; charset=utf-8")

            def _send(self, body: bytes, kind: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its name in http.server)
                """Say nothing: stderr belongs to the student."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.page = f"{self.url}/{secret}/"
        threading.Thread(target=self._server.serve_forever, name="labkit-page", daemon=True).start()

    def close(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()
