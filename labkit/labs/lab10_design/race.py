"""Requests that are sent at the same time, round after round, of which one may win."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from labkit.checks.api import Ask, Mismatch, Reply
from labkit.checks.running import Running
from labkit.http.together import Answered
from labkit.sandbox.patience import patience

ROUNDS, RUNNERS = 2, 6
"""How often requests race, and how many of them."""
LOOK = 0.3
"""How long all of them may look at the database before anybody can write to it, in seconds."""


def start(server: Running, database: str, asks: Sequence[Ask]) -> list[Reply]:
    """Send requests at the same time, while nobody can write to the database; then let go of it."""
    with server.holding(database) as let_go:

        def all_have_looked(_: Answered) -> None:
            time.sleep(patience(LOOK))
            let_go()

        return server.api.together(asks, sent=all_have_looked)


def counted(replies: Sequence[Reply]) -> str:
    """Say how often each status came: `1 × 201, 5 × 409`."""
    found = Counter(reply.status for reply in replies)
    return ", ".join(f"{number} × {status}" for status, number in sorted(found.items()))


def one_winner(replies: Sequence[Reply], won: int, lost: int, advice: str | None) -> Reply:
    """Expect one request to have won, and all others to have lost; return the winner.

    Args:
        replies: the answers, of which each shows its request.
        won: the status of the winner.
        lost: the status of the others.
        advice: what to try where there are two winners, or one of them raised.
    """
    statuses = sorted(reply.status for reply in replies)
    if statuses != sorted([won, *[lost] * (len(replies) - 1)]):
        raised = next((f": {reply.raised}" for reply in replies if reply.raised), "")
        sent = f"{len(replies)} times {replies[0].sent} at the same time"
        helps = statuses.count(won) > 1 or any(status >= 500 for status in statuses)
        expected = f"1 × {won}, {len(replies) - 1} × {lost}"
        raise Mismatch(sent, expected, counted(replies) + raised, advice if helps else None)
    return next(reply for reply in replies if reply.status == won)
