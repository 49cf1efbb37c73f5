"""Many predictions at once from one thread: it is the service that is to be busy, and not the client."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import httpx

from labkit.checks.api import Mismatch, Reply
from labkit.checks.running import Running
from labkit.labs.lab14_capstone.setups import ADMIN, PREDICT, key
from labkit.resilience import wire


class Sent(NamedTuple):
    """A prediction that was sent, and whose answer has not been read."""

    row: Sequence[float]
    pending: wire.Pending


def sent(server: Running, rows: Sequence[Sequence[float]]) -> list[Sent]:
    """Send predictions, and leave their answers to be read.

    Raises:
        Mismatch: one could not be sent.
    """
    assert server.api.dial is not None
    headers = {"X-API-Key": key(ADMIN)}
    try:
        return [
            Sent(row, wire.begin(server.api.dial, "POST", PREDICT, headers, {"features": list(row)})) for row in rows
        ]
    except (wire.Unreachable, wire.Silent) as problem:
        raise Mismatch(f"{len(rows)} predictions at once", "each is taken", str(problem)) from None


def answers(sent: Sequence[Sent]) -> Iterator[tuple[Sent, Reply]]:
    """Yield what was sent with its reply, as these come.

    Raises:
        Mismatch: a connection broke, or no answer came.
    """
    try:
        for number, answer in wire.as_they_come([one.pending for one in sent]):
            said = f"POST {PREDICT} {json.dumps({'features': list(sent[number].row)})}"
            # As http.client has read them: a header may have any byte.
            headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
            response = httpx.Response(answer.status, headers=headers)
            yield sent[number], Reply(said, response, answer.text.encode(), None)
    except (wire.Unreachable, wire.Silent) as problem:
        raise Mismatch(f"{len(sent)} predictions at once", "an answer to each", str(problem)) from None
