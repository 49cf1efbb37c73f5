"""What the checks of several labs ask of an error: that it is a problem document (RFC 9457)."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from labkit.checks.api import Mismatch, Reply
from labkit.text import one_line

PROBLEM = "application/problem+json"
"""The media type of a problem document."""

MEMBERS = {"type": str, "title": str, "status": int, "detail": str, "instance": str}
"""What a problem document has to have, and of which type."""


def expect_problem(reply: Reply, status: int, advice: str | None = None) -> dict[str, Any]:
    """Expect this status and a problem document, and return the document."""
    if reply.status != status:
        reply.expect(status)
    media_type = reply.headers.get("content-type", "")
    if media_type.partition(";")[0].strip().lower() != PROBLEM:
        wrong(reply, f"{status} as {PROBLEM}", f"{status} as {media_type or 'nothing'}: {reply.text}", advice)
    document = reply.json
    if not isinstance(document, dict):
        wrong(reply, f"{status} with a JSON object", f"{status} {reply.text}")
    for name, kind in MEMBERS.items():
        if name not in document:
            wrong(reply, f'{status} with the member "{name}"', f"{status} with {', '.join(document) or 'none'}")
        if not isinstance(document[name], kind) or isinstance(document[name], bool):
            wrong(reply, f'"{name}" is {_KINDS[kind]}', f'"{name}": {json.dumps(document[name])}')
    if document["status"] != status:
        wrong(reply, f'"status": {status}, as the status of the answer', f'"status": {document["status"]}')
    if not document["title"].strip():
        wrong(reply, "a title that says something", '"title": ""')
    return document


def expect_errors(reply: Reply, place: str) -> None:
    """Expect a 422 with a list of errors, each with loc and msg, of which one names a place."""
    errors = expect_problem(reply, 422).get("errors")
    if not isinstance(errors, list) or not errors or not all(isinstance(error, dict) for error in errors):
        wrong(reply, '422 with "errors", a list of {"loc", "msg"}', f"errors: {json.dumps(errors)}")
    for error in errors:
        if not isinstance(error.get("loc"), list | str) or not isinstance(error.get("msg"), str):
            wrong(reply, 'errors with "loc", a list or a text, and "msg", a text', json.dumps(error))
    if not any(place in str(error["loc"]) for error in errors):
        wrong(reply, f"a loc that names {place}", f"loc: {json.dumps([error['loc'] for error in errors])}")


_KINDS = {str: "a text", int: "a number"}


def wrong(reply: Reply, expected: str, got: str, advice: str | None = None) -> NoReturn:
    """Say what is wrong with an answer; of a 500 that is wanted, too, where `Reply.fail` would name the exception."""
    raise Mismatch(reply.sent, expected, one_line(got, WIDTH), advice)


WIDTH = 160
"""How many characters of what came back a message shows."""
