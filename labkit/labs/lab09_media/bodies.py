"""Bodies that a server should not take: other files, broken ones, bombs, and some that never end."""

from __future__ import annotations

from collections.abc import Iterator

from labkit.checks.api import Api, Mismatch, Overdue, Reply
from labkit.labs.lab09_media.pictures import File, upload

TRIES = 3
SENT, SAID = 2_200_000, 5_000_000
"""How many bytes of a body are sent, and how many it claims to have."""
SECONDS = 4.0
"""How long an answer to a body without an end is waited for."""
WANTED = "413, before the body has come to its end"
_PART = bytes(50_000)
_EDGE = "edge"
_HEAD = (
    f'--{_EDGE}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'.encode()
    + b"\x89PNG\r\n\x1a\n"
)
_FORM = {"Content-Type": f"multipart/form-data; boundary={_EDGE}"}


def unsupported(api: Api, data: bytes, what: str) -> None:
    """Expect what is neither PNG nor JPEG to be refused with 415."""
    reply = upload(api, "/classify-image", File(data, what))
    if reply.status != 415:
        reply.fail(
            "415", "look at the first bytes, in front of any try: an except catches your own HTTPException as well"
        )


def unreadable(api: Api, data: bytes, what: str) -> None:
    """Expect a picture that cannot be read to be refused with 422."""
    reply = upload(api, "/classify-image", File(data, what))
    if reply.status != 422:
        advice = "Image.open reads the head alone: call load() inside of the try"
        reply.fail("422", advice if "truncated" in str(reply.raised) else None)


def too_many_pixels(api: Api, data: bytes, what: str) -> None:
    """Expect a picture with too many pixels to be refused."""
    reply = upload(api, "/classify-image", File(data, what))
    if reply.status not in (413, 422):
        bomb = "DecompressionBombError" in str(reply.raised)
        advice = "DecompressionBombError is no OSError: catch Exception" if bomb else None
        if reply.status == 200:
            advice = "look at image.width * image.height before you read its pixels"
        reply.fail("413 or 422", advice)


def declared(api: Api, method: str, path: str) -> None:
    """Expect a body to be refused that says how long it is, and is too long."""
    parts = [_HEAD, *_parts(SENT)]
    _refused(
        api, method, path, parts, "a body of 5 MB, of which 2.2 MB have come", **_FORM, **{"Content-Length": str(SAID)}
    )


def chunked(api: Api, method: str, path: str) -> None:
    """Expect a body in chunks to be refused when too much of it has come."""
    parts = [f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (_HEAD, *_parts(SENT))]
    what = "2.2 MB in chunks, and no end"
    _refused(api, method, path, parts, what, **_FORM, **{"Transfer-Encoding": "chunked"})


def _parts(size: int) -> Iterator[bytes]:
    return (_PART for _ in range(size // len(_PART)))


def _refused(api: Api, method: str, path: str, parts: list[bytes], what: str, **headers: str) -> None:
    try:
        reply = _asked(api, method, path, parts, what, headers)
    except Overdue as problem:
        advice = "count the bytes while they come: RequestBodyLimitMiddleware does"
        raise Overdue(problem.sent, WANTED, "no answer: it waits for the end", advice) from None
    if reply.status != 413:
        reply.fail(WANTED)


def _asked(api: Api, method: str, path: str, parts: list[bytes], what: str, headers: dict[str, str]) -> Reply:
    """Send it, and once more where the connection was reset before the answer could be read."""
    for attempt in range(TRIES):
        try:
            return api.unfinished(method, path, parts, what, SECONDS, headers)
        except Mismatch as problem:
            if "Error" not in problem.got or attempt == TRIES - 1:
                raise
    raise AssertionError
