"""A small app that answers once in the fork server: what libraries load late is then ready in every fork."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any


def rehearse() -> None:
    """Build an app and answer a few requests, without a network and without a thread."""
    app = _app()
    for method, path, body in (
        ("GET", "/openapi.json", b""),
        ("GET", "/docs", b""),
        ("GET", "/things/1?q=a", b""),
        ("GET", "/things/a", b""),
        ("POST", "/things", b'{"name": "a", "weights": [1.5]}'),
        ("GET", "/nowhere", b""),
    ):
        asyncio.run(_request(app, method, path, body))


def _app() -> Any:
    from fastapi import FastAPI, Query
    from pydantic import BaseModel, Field

    class Thing(BaseModel):
        name: str = Field(min_length=1)
        weights: list[float] = []

    app = FastAPI()

    async def read(number: int, q: Annotated[str | None, Query(max_length=5)] = None) -> dict[str, Any]:
        return {"number": number, "q": q}

    async def write(thing: Thing) -> Thing:
        return thing

    # Here the annotations are text, and Thing is known in this function alone.
    read.__annotations__ = {"number": int, "q": Annotated[str | None, Query(max_length=5)]}
    write.__annotations__ = {"thing": Thing, "return": Thing}
    app.get("/things/{number}")(read)
    app.post("/things")(write)
    return app


async def _request(app: Any, method: str, path: str, body: bytes) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: dict[str, Any]) -> None:
        """Nobody is there to be answered."""

    path, _, query = path.partition("?")
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "root_path": ""}
    where = {"method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode()}
    await app({**scope, **where, "headers": headers, "client": None, "server": None}, receive, send)
