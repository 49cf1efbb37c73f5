"""Sends one message to a board. It uses nothing that a student's code in the same process may have changed or logs."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel

SECONDS = 20.0
"""How long the board may take to connect, and to say something. Nobody waits for it but a thread, and a board that is
slow gets no faster if everybody asks again.
"""
_LONGEST = 10_000


class Away(Exception):
    """The board cannot be reached, or does not answer as a board does; the text says why."""


@dataclass(frozen=True)
class Answer:
    """What a board answered."""

    status: int
    body: Any = None


def send(url: str, method: str, path: str, message: BaseModel | None = None, secret: str = "") -> Answer:
    """Send a message and return the answer.

    Raises:
        Away: there was none.
    """
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"}
    body = None if message is None else message.model_dump_json().encode()
    try:
        connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        try:
            connection.request(method, parts.path + path, body, headers)
            reply = connection.getresponse()
            return Answer(reply.status, _json(reply.read(_LONGEST)))
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise Away(str(problem) or type(problem).__name__) from None


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
