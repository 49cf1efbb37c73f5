"""What checks hold the limit of GET /model to: so many from one address, in all processes together, store or not."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from labkit.checks.api import Api, Mismatch, Reply
from labkit.checks.running import Running
from labkit.labs.lab12_traffic.setups import CLASSES

TRIES = 3
"""How many addresses are tried where a window may have ended in between."""
AGAIN = 1.2
"""How long a process that could not reach its store may take to try again, in seconds: on a busy machine it is late."""
LONGEST = 61
"""How many seconds a limit of a minute may tell somebody to wait, at most."""
ORDER = "@app.get(...) stands above @limiter.limit(...): a route is the function as it is when app.get gets it"
SLOWAPI = "slowapi says so with headers_enabled=True, a parameter `response: Response`, and its own exception handler"
MADE_UP = "take the address of request.client.host, as get_remote_address does: what is in a header anybody can write"
TOGETHER = "let the limiter count in the store: storage_uri=CACHE_URL"
NO_NEED = "a limiter that cannot reach its store counts in the process: in_memory_fallback_enabled=True"
HEADERS = ("X-Forwarded-For", "X-Real-IP", "X_FORWARDED_FOR", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP")

Ask = Callable[[str], Reply]


def address() -> str:
    """Return an address that nobody can know beforehand."""
    return ".".join(map(str, (10, *(random.randint(1, 250) for _ in range(3)))))


def model(api: Api, where: str) -> Reply:
    """Ask for the model, through a proxy that says where the request comes from."""
    return api.get("/model", headers={"X-Forwarded-For": where})


def says_which(server: Running, version: str = "1.0.0") -> None:
    """Expect the version and the classes."""
    reply = model(server.api, address())
    advice = SLOWAPI if reply.raised and "`response`" in reply.raised else None
    reply.expect(200, {"version": version, "classes": CLASSES}, advice=advice)


def limited(servers: Sequence[Running], most: int, advice: str) -> None:
    """Expect so many from one address to pass at these servers together, and the next to be refused.

    Args:
        servers: the first is asked as often as may be, the last is asked once more.
        most: how many.
        advice: what to try where the next one passes.
    """
    for left in reversed(range(TRIES)):
        if left < TRIES - 1 and len(servers) > 1:
            time.sleep(AGAIN * (TRIES - 1 - left))
        where = address()
        for _ in range(most):
            model(servers[0].api, where).expect(200, advice=NO_NEED if advice == NO_NEED else None)
        reply = model(servers[-1].api, where)
        if reply.status != 200 or not left:
            break
    if reply.status != 429:
        other = ", asked of another process" if len(servers) > 1 else ""
        reply.fail(f"429, since {most} of this address have passed{other}", advice if reply.status == 200 else None)
    if not _is_whole(reply.headers.get("retry-after", "")):
        got = f"Retry-After: {reply.headers['retry-after']}" if "retry-after" in reply.headers else "no Retry-After"
        reply.fail("429 with Retry-After in whole seconds, at least 1", SLOWAPI, got=got)


def each_for_itself(server: Running, most: int) -> None:
    """Expect an address to be let in while another is refused."""
    first, other = address(), address()
    for _ in range(most + 1):
        model(server.api, first)
    advice = "each address has a limit of its own: key_func=get_remote_address"
    model(server.api, other).expect(200, advice=advice)


def made_up(server: Running, most: int) -> None:
    """Expect a header that nobody vouches for to change nothing; one end of a window may lie in between."""
    for _ in range(2 * most + 1):
        where = address()
        headers = dict.fromkeys(HEADERS, where) | {"Forwarded": f"for={where}"}
        reply = server.api.get("/model", headers=headers)
        if reply.status == 429:
            return
        reply.expect(200)
    said = f"{2 * most + 1} requests to GET /model, each with another X-Forwarded-For, and no proxy that is trusted"
    raise Mismatch(said, f"429 after {most} of them, since all come from one address", "200 for each", MADE_UP)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= LONGEST
