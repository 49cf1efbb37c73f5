"""What a check says of a server that breaks the contract, and the one place where all that it does becomes that."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import httpx

from labkit.checks.places import at_home
from labkit.module.advice import TRY
from labkit.text import one_line

WIDTH = 100
"""How many characters of a body a message shows."""


class Mismatch(AssertionError):
    """The server answered, but not as the contract says.

    Attributes:
        sent: what was sent, in one line, as the others.
        expected: what was expected.
        got: what came back.
        advice: what to try, only where the symptom identifies the cause; else empty.
        remark: what to say beside a correct outcome, where the check carries no share of the points.
    """

    def __init__(self, sent: str, expected: str, got: str, advice: str | None = None, remark: str = "") -> None:
        super().__init__(sent, expected, got, advice, remark)
        got, _, known = got.partition(f"\n{TRY}")  # what stands in the way of a start may bring its own advice
        advice = known or advice
        parts = (at_home(" ".join(part.splitlines())) for part in (sent, expected, got, advice or ""))
        self.sent, self.expected, self.got, self.advice = parts
        self.remark = remark

    def __str__(self) -> str:
        """Return the message: at most four lines."""
        lines = [self.sent, f"expected  {self.expected}", f"got       {self.got}"]
        return "\n".join([*lines, *([f"{TRY}{self.advice}"] if self.advice else [])])


class Overdue(Mismatch):
    """The server took too long."""


class Raised(Mismatch):
    """The student's code raised."""


@contextlib.contextmanager
def received(sent: str, seconds: float, expected: str = "an HTTP response") -> Iterator[None]:
    """Turn whatever comes of a conversation with a student's server into a Mismatch.

    Everything that checks learn from a server is read inside of this: replies, events, messages.

    Args:
        sent: what was sent, in one line.
        seconds: how long it may take.
        expected: what should come, whatever it says.

    Raises:
        Overdue: it took longer.
        Raised: nobody listens.
        Mismatch: the server broke the connection, or sent what it must not.
    """
    try:
        yield
    except Mismatch:
        raise
    except (httpx.TimeoutException, TimeoutError):
        raise Overdue(sent, f"an answer within {seconds:g} s", "none in that time") from None
    except (httpx.ConnectError, ConnectionRefusedError, FileNotFoundError):
        raise Raised(sent, "an answer", "no connection: the server is not running") from None
    except Exception as problem:  # noqa: BLE001 (a client meets what a server sends with any error there is)
        raise Mismatch(sent, expected, f"{type(problem).__name__}: {short(str(problem))}") from None


def short(text: str) -> str:
    """Return a text as one line that a message can show."""
    return one_line(text, WIDTH)
