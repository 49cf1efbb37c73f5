"""What checks hold the limit of POST /predict to: an interval for the tokens of a bucket, and who may pass.

Nobody outside knows when a request took its token, only when it was sent and when it was answered. So there is a least
and a largest number of tokens that the bucket can have. Whoever comes with one token at least has to pass, with less
than one at most has to be refused, and on a slow machine more is left open.
"""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from labkit.checks.api import Api, Mismatch, Reply
from labkit.checks.running import Running
from labkit.labs.lab12_traffic.answers import calls
from labkit.labs.lab12_traffic.setups import ask, flower
from labkit.sandbox.patience import patience

TOLERANCE = 0.01
"""By how many seconds a time may be off that is rounded up."""
IMPATIENT = 8
"""How often somebody asks who has no token."""
OF_ITS_OWN = "a bucket belongs to a client, and is full when that one comes for the first time"
ALL_KEYS = "two keys of a client lead to one bucket: its key is the client's name"
CONTINUOUS = "tokens come one by one, all the time: a window lets nobody in before it ends"
ONCE = "what has come in counts once: remember the time whenever it is added, also if nobody passes"
FULL = "a bucket is full at BURST, however long nobody came: min(BURST, ...)"
AT_ONCE = "take the token when the request comes, before anything is awaited, not when its answer is ready"
ROUND_UP = "whole seconds, rounded up: math.ceil of the time until there is a whole token, and at least 1"


Limit = tuple[float, int]
"""RATE and BURST."""


@dataclass
class Tokens:
    """How many tokens a bucket has at least, and at most.

    Attributes:
        rate, burst: its settings.
        low, high: how many it had when it was last asked.
        sent, answered: between which moments that was; none if nobody has asked.
    """

    rate: float
    burst: int

    def __post_init__(self) -> None:
        self.low = self.high = float(self.burst)
        self.sent = self.answered = math.nan

    def ask(self, api: Api, key: str, row: list[float], advice: str | None = None) -> Reply:
        """Send a request, and hold its answer against what the bucket can have."""
        sent = time.monotonic()
        reply = ask(api, row, key)
        answered = time.monotonic()
        if math.isnan(self.sent) and reply.status == 429:
            advice = advice or OF_ITS_OWN
        if not math.isnan(self.sent):
            self.low = min(self.burst, self.low + self.rate * max(0.0, sent - self.answered))
            self.high = min(self.burst, self.high + self.rate * (answered - self.sent))
        self.sent, self.answered = sent, answered
        self._hold(reply, advice)
        return reply

    def _hold(self, reply: Reply, advice: str | None) -> None:
        slack = self.rate * TOLERANCE
        if reply.status == 429 and self.low >= 1 + slack:
            reply.fail(f"200, since there are {_about(self.low, self.high)} tokens", advice, got=_headers(reply))
        if reply.status == 200 and self.high < 1 - slack:
            reply.fail("429, since there is no whole token", advice)
        if reply.status not in (200, 429):
            reply.fail("200, or 429 without a token")
        if reply.status == 200:
            self.low, self.high = max(self.low, 1.0) - 1, max(self.high, 1.0) - 1
        else:
            self.low, self.high = min(self.low, 1.0), min(self.high, 1.0)
        self._headers(reply, advice)
        if reply.status == 429:
            self._retry_after(reply, advice)

    def _headers(self, reply: Reply, advice: str | None) -> None:
        if reply.headers.get("x-ratelimit-limit") != str(self.burst):
            reply.fail(f"X-RateLimit-Limit: {self.burst}", got=_headers(reply))
        least = max(0, math.floor(self.low - self.rate * TOLERANCE))
        most = math.floor(self.high + self.rate * TOLERANCE)
        allowed = {str(number) for number in range(least, most + 1)}
        if reply.headers.get("x-ratelimit-remaining") not in allowed:
            wanted = " or ".join(sorted(allowed))
            reply.fail(f"X-RateLimit-Remaining: {wanted}, the whole tokens that are left", advice, got=_headers(reply))

    def _retry_after(self, reply: Reply, advice: str | None) -> None:
        least = max(1, math.ceil((1 - self.high) / self.rate - TOLERANCE))
        most = max(1, math.ceil((1 - self.low) / self.rate + TOLERANCE))
        if reply.headers.get("retry-after") not in {str(seconds) for seconds in range(least, most + 1)}:
            wanted = f"{least}" if least == most else f"{least} to {most}"
            uneven = advice in (ONCE, CONTINUOUS) and reply.headers.get("retry-after") == str(most + 1)
            reply.fail(f"429 with Retry-After: {wanted}", CONTINUOUS if uneven else ROUND_UP, got=_headers(reply))


def bucket(server: Running, limit: Limit, client: int, requests: int) -> Tokens:
    """Expect a bucket that is full at first to let in as many as there are tokens, hit or miss; return it."""
    tokens, row = Tokens(*limit), flower()
    for _ in range(requests):
        tokens.ask(server.api, f"key-{2 * client}", row)
    return tokens


def others(server: Running, limit: Limit, client: int, other: int) -> None:
    """Expect a client with an empty bucket to cost another nothing."""
    drained = _drain(server, limit, client)
    Tokens(*limit).ask(server.api, f"key-{2 * other}", flower())
    drained.ask(server.api, f"key-{2 * client}", flower())


def both_keys(server: Running, limit: Limit, client: int) -> None:
    """Expect two keys of one client to lead to the same bucket."""
    tokens = Tokens(*limit)
    for number in range(tokens.burst + 2):
        tokens.ask(server.api, f"key-{2 * client + number % 2}", flower(), ALL_KEYS)


def refilled(server: Running, limit: Limit, client: int) -> None:
    """Expect one request to pass when there is a whole token again, and no second one, however often it was asked."""
    tokens = _drain(server, limit, client)
    pause = (1.0 + 0.1) / tokens.rate
    for _ in range(IMPATIENT):
        time.sleep(0.6 * pause / IMPATIENT)
        tokens.ask(server.api, f"key-{2 * client}", flower(), ONCE)
    time.sleep(0.4 * pause)
    for _ in range(2):
        tokens.ask(server.api, f"key-{2 * client}", flower(), CONTINUOUS)


def never_more(server: Running, limit: Limit, client: int) -> None:
    """Expect a bucket to hold no more than BURST tokens, though nobody came for long."""
    tokens = _drain(server, limit, client)
    time.sleep((tokens.burst + 1.1) / tokens.rate)
    for _ in range(tokens.burst + 1):
        tokens.ask(server.api, f"key-{2 * client}", flower(), FULL)


def crowd(server: Running, limit: Limit, client: int, count: int) -> None:
    """Expect as many of a crowd to pass as there are tokens, and the model to be called for nobody else."""
    tokens, row, api = Tokens(*limit), flower(slow=True), server.api.plain()
    server.events()
    began = time.monotonic()
    with ThreadPoolExecutor(count) as threads:
        asked = [threads.submit(ask, api, row, f"key-{2 * client}", seconds=patience(20.0)) for _ in range(count)]
        replies = [one.result() for one in asked]
    passed = sum(reply.status == 200 for reply in replies)
    most = math.floor(tokens.burst + tokens.rate * (time.monotonic() - began + TOLERANCE))
    wrong = next((reply for reply in replies if reply.status not in (200, 429)), None)
    if wrong is not None:
        wrong.fail("200 or 429")
    if not tokens.burst <= passed <= most:
        wanted = f"{tokens.burst}" if most == tokens.burst else f"{tokens.burst} to {most}"
        advice = AT_ONCE if passed > most else None
        sent = f"{count} requests to POST /predict at the same time"
        raise Mismatch(sent, f"{wanted} pass", f"{passed} pass", advice)
    if (called := calls(server)) > passed:
        said = f"{called} calls for {passed} requests that passed"
        raise Mismatch(f"{count} requests to POST /predict", "the model is called for nobody who is refused", said)


def _drain(server: Running, limit: Limit, client: int) -> Tokens:
    """Take what there is, and return the bucket."""
    return bucket(server, limit, client, limit[1] + 1)


def _headers(reply: Reply) -> str:
    names = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "Retry-After")
    found = [f"{name}: {reply.headers[name]}" for name in names if name in reply.headers]
    return ", ".join(found) or "none of X-RateLimit-Limit, X-RateLimit-Remaining, Retry-After"


def _about(low: float, high: float) -> str:
    return f"{low:.1f}" if high - low < 0.05 else f"{low:.1f} to {high:.1f}"
