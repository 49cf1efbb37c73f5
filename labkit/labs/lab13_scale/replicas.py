"""What checks hold the two files of nginx to: who gets which request, and what of it arrives."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable

from labkit.checks.api import Mismatch, Reply
from labkit.checks.running import Running
from labkit.companions.nginx import CLIENT, NAMES
from labkit.companions.replica import Replica, Taken

REPLICAS = NAMES[1:]
FORGED = "203.0.113.66"
MANY, FAIR, SOME = 90, 12, 2
"""How many requests are shared, how many of them each has to get at least, and how many sessions."""
SESSIONS = 40
ONE_FOR_ALL = (
    "all have the same key: ip_hash and $remote_addr choose by address, and all of one campus have the same; a name "
    "without $ is a text, and everybody has that"
)
LOST = (
    "there is no proxy_set_header for it, or it is lost: one in a location takes the place of all those above it, and "
    "the slide has none"
)


def replica(server: Running, name: str) -> Replica:
    """Return one of the replicas, by the name that the templates have for it."""
    found: Replica = server.companions[name]
    return found


def _by(server: Running, reply: Reply) -> str:
    """Return which replica has answered.

    Raises:
        Mismatch: none of them has.
    """
    port = reply.json.get("replica") if isinstance(reply.json, dict) else None
    found = [name for name in REPLICAS if reply.status == 200 and replica(server, name).port == port]
    if not found:
        reply.fail("200 from one of the replicas")
    return found[0]


def shares(server: Running, count: int = MANY, least: int = FAIR, living: int = len(REPLICAS)) -> None:
    """Expect each replica that lives to get a fair share of the upstream `api`."""
    found = Counter(_by(server, server.api.get("/predict")) for _ in range(count))
    if len(found) < living or min(found.values()) < least:
        advice = ONE_FOR_ALL if len(found) == 1 else None
        if len(found) == living - 1:
            advice = "are all of them named? One that is a `backup`, or `down`, gets nothing as long as the others live"
        expected = f"{least} or more for each of {living} replicas"
        raise Mismatch(f"{count} requests to the upstream api", expected, _told(found), advice)


def _told(found: Counter[str]) -> str:
    return ", ".join(f"{name} {found[name]}" for name in REPLICAS)


def sticks(server: Running) -> None:
    """Expect a session to come to the same replica, with other cookies beside, and sessions to be spread."""
    sessions = [uuid.uuid4().hex for _ in range(SESSIONS)]
    first = {session: _session(server, session, f"theme=dark; session={session}") for session in sessions}
    second = {session: _session(server, session, f"session={session}; seen={uuid.uuid4()}") for session in sessions}
    moved = [session for session in sessions if first[session] != second[session]]
    if moved:
        got = f"{len(moved)} of {SESSIONS} sessions were asked of another replica the second time"
        advice = "the key is the cookie `session` alone: $cookie_session"
        raise Mismatch(
            f"{SESSIONS} sessions, each twice, to the upstream sticky", "the same replica both times", got, advice
        )
    found = Counter(first.values())
    if len(found) < len(REPLICAS) or min(found.values()) < SOME:
        unspread = ONE_FOR_ALL if len(found) == 1 else None
        expected = f"{SOME} sessions or more for each replica"
        raise Mismatch(f"{SESSIONS} sessions to the upstream sticky", expected, _told(found), unspread)


def _session(server: Running, session: str, cookies: str) -> str:
    return _by(server, server.api.get(f"/sticky/{uuid.uuid4()}", headers={"Cookie": cookies}))


def survives(server: Running, victim: str) -> None:
    """Expect no error when a replica is gone, and its sessions to move."""
    sessions = [uuid.uuid4().hex for _ in range(SESSIONS // 2)]
    for session in sessions:
        _session(server, session, f"session={session}")
    replica(server, victim).kill()
    try:
        shares(server, MANY // 2, FAIR // 2, len(REPLICAS) - 1)
        for session in sessions:
            _session(server, session, f"session={session}")
    except Mismatch as problem:
        raise Mismatch(
            f"{problem.sent}, after {victim} is gone", problem.expected, problem.got, problem.advice
        ) from None


def arrives(
    server: Running,
    name: str,
    send: Callable[[], Reply],
    expected: str,
    fine: Callable[[Taken], bool],
    got: Callable[[Taken], str],
    advice: str | None = None,
) -> None:
    """Expect a request to arrive at a replica in a certain form.

    Args:
        server: nginx.
        name: the replica.
        send: sends the request.
        expected: what should arrive, in words.
        fine: whether what has arrived is that.
        got: what has arrived, in words.
        advice: what to try where it has arrived in another form.
    """
    before = {one: len(replica(server, one).calls) for one in REPLICAS}
    reply = send()
    new = {one: replica(server, one).calls[before[one] :] for one in REPLICAS}
    if not new[name]:
        others = {"REPLICA_1": "api", "REPLICA_2": "sticky"}
        went = [others.get(one, one) for one in REPLICAS if new[one]]
        said = f"it went to the upstream {went[0]}" if went else reply.got
        raise Mismatch(
            reply.sent, f"it goes to the upstream {others[name]}", said, advice if reply.status == 413 else None
        )
    reply.expect(200)
    if not fine(taken := new[name][-1]):
        raise Mismatch(reply.sent, expected, got(taken), advice)


def goes_as_it_is(server: Running, name: str, target: str) -> None:
    """Expect a request to come to an upstream with path and query as they were sent."""
    advice = "proxy_pass with anything behind the name of the upstream, even a slash, takes the place of the path"
    arrives(
        server,
        name,
        lambda: server.api.post(target, json={"x": 1}),
        f"POST {target} arrives",
        lambda taken: (taken.method, taken.target) == ("POST", target),
        lambda taken: f"{taken.method} {taken.target}",
        advice,
    )


def keeps_headers(
    server: Running,
    target: str,
    name: str,
    sent: dict[str, str],
    wanted: str,
    fine: Callable[[dict[str, str]], bool],
    advice: str | None = LOST,
) -> None:
    """Expect the headers that arrive to be of a certain form."""

    def told(taken: Taken) -> str:
        return ", ".join(f"{key}: {taken.headers.get(key, '(none)')}" for key in _named(wanted))

    arrives(
        server,
        name,
        lambda: server.api.get(target, headers=sent),
        wanted,
        lambda taken: fine(taken.headers),
        told,
        advice,
    )


def _named(wanted: str) -> list[str]:
    known = ("Host", "X-Forwarded-For", "X-Forwarded-Proto", "Authorization", "X-Request-ID")
    return [name.lower() for name in known if name in wanted]


def last_is_the_client(headers: dict[str, str]) -> bool:
    """Whether the last address that was forwarded is that of whoever has asked."""
    return headers.get("x-forwarded-for", "").rpartition(",")[2].strip() == CLIENT


def talks(server: Running, path: str) -> None:
    """Expect a WebSocket to work through nginx."""
    with server.api.websocket(path) as opened:
        for word in ("one", "two"):
            if (answer := opened.ask(word)).text != word:
                answer.fail(f'"{word}" back')


def body_passes(server: Running, length: int) -> None:
    """Expect a body of this length to arrive."""
    shown = f"with a body of {length:,} bytes"
    advice = "client_max_body_size is 1 MB, if you do not say otherwise"
    arrives(
        server,
        "REPLICA_1",
        lambda: server.api.post("/classify-image", content=bytes(length), shown=shown, seconds=20.0),
        "all of it arrives",
        lambda taken: taken.length == length,
        lambda taken: f"{taken.length:,} bytes",
        advice,
    )


def body_is_too_large(server: Running, length: int) -> None:
    """Expect a body of this length to be a 413 that no replica sees; whoever still writes may miss the answer."""
    before = [len(replica(server, name).calls) for name in REPLICAS]
    try:
        reply = server.api.post("/classify-image", content=bytes(length), shown=f"with {length:,} bytes", seconds=20.0)
        reply.expect(413)
    except Mismatch as problem:
        if "Error" not in problem.got or "413" in problem.got:
            raise
    if before != [len(replica(server, name).calls) for name in REPLICAS]:
        raise Mismatch(f"POST /classify-image with {length:,} bytes", "413 from nginx itself", "a replica was asked")
