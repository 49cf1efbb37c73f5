"""Reads what a server has sent: its body with a bound, its JSON in a form that nothing stumbles over.

The server is a stranger's. A kilobyte may unpack into gigabytes, and a number may be larger than any float. All that
checks and notebooks learn from an answer comes through here.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

import httpx

LIMIT = 2_000_000
"""How much of a body is read, in bytes, after it was unpacked."""
ACCEPTED = "gzip, deflate"
"""The encodings that are asked for, and unpacked. httpx would unpack others as well, each without a bound."""
DEEPEST = 100
"""How many arrays and objects may stand inside each other; what is deeper is no JSON here."""
_LONGEST = 300
"""How many digits a whole number may have; the largest float has 309."""
_EITHER = zlib.MAX_WBITS | 32  # zlib finds out by itself whether it is gzip or zlib


def read(response: httpx.Response) -> bytes:
    """Read the body of a response that is still open, at most LIMIT bytes of it.

    Raises:
        httpx.DecodingError: its Content-Encoding was not asked for, or what came is not in it.
        httpx.TransportError: the connection broke.
    """
    unpack = _unpacking(response.headers.get("content-encoding", ""))
    body, came = bytearray(), False
    assert isinstance(response.stream, httpx.SyncByteStream)
    for part in response.stream:
        came = came or bool(part)
        body += unpack(part, LIMIT + 1 - len(body))
        if len(body) > LIMIT:
            return bytes(body[:LIMIT])
    if came and not unpack.complete:
        raise httpx.DecodingError("the body ends before its end")
    return bytes(body)


def parse(text: str) -> Any:
    """Return the JSON value that a text says, None if it says none; a number beyond every float is an infinite one."""
    try:
        value = json.loads(text, parse_int=_whole)
    except (ValueError, RecursionError):
        return None
    return value if _is_shallow(value) else None


class _Plain:
    complete = True

    def __call__(self, part: bytes, most: int) -> bytes:
        return part[:most]


class _Packed:
    def __init__(self) -> None:
        self._unpacker = zlib.decompressobj(_EITHER)

    @property
    def complete(self) -> bool:
        return self._unpacker.eof

    def __call__(self, part: bytes, most: int) -> bytes:
        try:
            return self._unpacker.decompress(part, most)
        except zlib.error as problem:
            raise httpx.DecodingError(str(problem)) from None


def _unpacking(encoding: str) -> _Plain | _Packed:
    names = [name for part in encoding.split(",") if (name := part.strip().lower()) not in ("", "identity")]
    if not names:
        return _Plain()
    if len(names) > 1 or names[0] not in ("gzip", "x-gzip", "deflate"):
        raise httpx.DecodingError(f"Content-Encoding {encoding!r}, where one of {ACCEPTED} was asked for")
    return _Packed()


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST else float(digits)


def _is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            child
            for one in level
            if isinstance(one, list | dict)
            for child in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return True
    return False
