"""What must not be told: no secret stands in a response or in a log."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from labkit.checks.api import Mismatch, Reply
from labkit.checks.running import Running
from labkit.sandbox.patience import patience

SETTLED = 0.3
"""How long a line that was printed may be under way, in seconds."""


def in_responses(replies: Iterable[Reply], secrets: Mapping[str, str]) -> None:
    """Expect no response to say a secret.

    Args:
        replies: the responses.
        secrets: each secret, by what it is called in a message.
    """
    for reply in replies:
        said = "\n".join([reply.text, *reply.headers.values()])
        for name, secret in secrets.items():
            if secret in said:
                where = "it is in the body" if secret in reply.text else "it is in a header"
                raise Mismatch(reply.sent, f"a response without {name}", f"{reply.status}, and {where}")


def in_log(running: Running, sent: str, secrets: Mapping[str, str]) -> None:
    """Expect nothing that was printed or logged to say a secret.

    Args:
        running: the server.
        sent: what was sent, for a message.
        secrets: each secret, by what it is called in a message.
    """
    until = time.monotonic() + patience(SETTLED)
    while True:
        over = time.monotonic() > until
        said = "\n".join("\n".join(lines) for lines in running.printed())
        for name, secret in secrets.items():
            if secret in said:
                raise Mismatch(
                    sent, f"a log without {name}", "it is in the log", "a log is read by many: never write it"
                )
        if over:
            return
        time.sleep(0.02)
