"""Lets /docs and /redoc of the student's application work without a network.

FastAPI's pages of documentation load their scripts from elsewhere. The live server has these files itself, as
fastapi-offline packages them, and leads the pages to them. The application stays as it is, and so does what is
recorded of it; the judge does without.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from starlette.staticfiles import StaticFiles

from labkit.http import address
from labkit.live.log import OWN

FILES = f"{OWN}docs"
OWN_PAGE = "/documentation"
"""Where an application that has switched off FastAPI's page may have one of its own."""
_ELSEWHERE = re.compile(rb"https://[^\"']*/(swagger-ui-bundle\.js|swagger-ui\.css|redoc\.standalone\.js|favicon\.png)")
_LOGO, _NOTHING = b"https://cdn.redoc.ly/redoc/logo-mini.svg", b"data:image/gif;base64,R0lGODlhAQABAAAAACw="
_FONT = re.compile(rb"<link href=\"https://fonts\.[^>]*>")


@dataclass(frozen=True)
class Pages:
    """The paths under which an application documents itself; None for what it has switched off.

    Attributes:
        openapi: its schema.
        docs: Swagger UI.
        redoc: ReDoc.
    """

    openapi: str | None = None
    docs: str | None = None
    redoc: str | None = None

    @classmethod
    def of(cls, app: Any) -> Pages:
        """The pages of an application; one that is not FastAPI's has none."""
        openapi = getattr(app, "openapi_url", None)
        docs, redoc = (openapi and getattr(app, name, None) for name in ("docs_url", "redoc_url"))
        return cls(openapi, docs or (_page_of_its_own(app) if openapi else None), redoc)


def _page_of_its_own(app: Any) -> str | None:
    """Where an application has a page of documentation that it serves itself, as in lab 10."""
    return OWN_PAGE if any(getattr(route, "path", "") == OWN_PAGE for route in getattr(app, "routes", [])) else None


class LocalDocs:
    """ASGI middleware that answers the scripts of the documentation, and leads its pages to them."""

    def __init__(self, app: Any, student: Any) -> None:
        """Wrap `app`; `student` is the application that says where its documentation is."""
        self._app = app
        pages = Pages.of(student)
        self._pages = {pages.docs, pages.redoc}
        self._files = StaticFiles(packages=[("fastapi_offline", "static")])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a file of the documentation, lead a page of it to them, and leave everything else alone."""
        path, before = scope.get("path", ""), address.prefix(scope).encode()
        if path.startswith(f"{FILES}/"):
            file = scope | {"path": path.removeprefix(FILES), "root_path": ""}
            await self._files(file, receive, _Local(send, before) if "redoc" in path else send)  # it loads a logo
        elif path in self._pages:
            await self._app(scope, receive, _Local(send, before))
        else:
            await self._app(scope, receive, send)


class _Local:
    """Takes a response, and sends it on as a whole with local addresses, under the prefix that the browser sees."""

    def __init__(self, send: Any, prefix: bytes) -> None:
        self._send, self._files = send, prefix + FILES.encode()
        self._start: dict[str, Any] = {}
        self._body = b""

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        page = _FONT.sub(b"", self._body).replace(_LOGO, _NOTHING)
        body = _ELSEWHERE.sub(lambda found: self._files + b"/" + found[1], page)
        headers = [(name, value) for name, value in self._start["headers"] if name.lower() != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await self._send(self._start | {"headers": headers})
        await self._send({"type": "http.response.body", "body": body})
