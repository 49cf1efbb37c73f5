"""What every response has to say to browsers, and what has to become of a request that did not come over https."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection
from urllib.parse import parse_qsl, urlsplit

import httpx

from labkit.checks.api import Api, Reply
from labkit.checks.mismatch import received
from labkit.checks.running import Running
from labkit.http.body import LIMIT
from labkit.http.exchange import deadline
from labkit.labs.lab11_security.setups import AUTHORITY, HOST, USERS, made, named
from labkit.sandbox.patience import patience

NOSNIFF, HSTS = "X-Content-Type-Options", "Strict-Transport-Security"
YEAR = 31_536_000
SECONDS = 10.0
NOWHERE = ("GET", "/nowhere")
SPREAD = (NOWHERE, ("GET", "/openapi.json"), ("POST", "/predict"), ("GET", "/me"), ("POST", "/users"))
"""Requests with different statuses, whichever exercises are written."""
BY_HAND = "anybody can send that header: request.url.scheme is what the server knows"
REPEAT = "behind a 301 or 302 a browser makes a GET of a POST: 307 or 308"
ALL_OF_IT = "request.url.replace(scheme='https') keeps everything else"
IN_MIDDLEWARE = "headers of every response are set in a middleware, behind call_next"
FIRST = "look at the scheme before call_next: what is behind it has happened"
TRUSTED = {"X-Forwarded-Proto": "https"}


def nosniff(api: Api, headers: Mapping[str, str] | None = None) -> list[Reply]:
    """Expect every response to say that its type is meant; nothing of it is asked where another exercise has raised."""
    replies = [_ask(api, method, path, headers) for method, path in SPREAD]
    if replies[0].status >= 500:  # no exercise has a part in a path that is nowhere, but what is around all of them
        replies[0].fail(f"404, with {NOSNIFF}: nosniff")
    for reply in (one for one in replies if one.status < 500):
        if reply.headers.get(NOSNIFF, "").lower() != "nosniff":
            reply.fail(f"{NOSNIFF}: nosniff", IN_MIDDLEWARE, got=f"{NOSNIFF} {reply.headers.get(NOSNIFF, 'not there')}")
    return replies


def plain(api: Api) -> None:
    """Expect http to be answered where it is wanted, and nothing to be said of https."""
    for headers in ({}, TRUSTED):
        for reply in nosniff(api, headers):
            if 300 <= reply.status < 400:
                reply.fail("an answer: HTTPS_ONLY is not set")
            _says_nothing_of_https(reply)


def redirected(api: Api, method: str, path: str, headers: Mapping[str, str] | None = None) -> Reply:
    """Expect a request over http to be sent to https, with the same host, path and query."""
    reply = _ask(api, method, path, headers)
    wanted, advice = f"307 or 308 to https://{HOST}{path}", None
    if reply.status not in (307, 308):
        if headers and reply.status not in (301, 302, 303) and not reply.raised:
            advice = BY_HAND
        elif reply.status in (301, 302, 303):
            advice = REPEAT
        reply.fail(wanted, advice, got=reply.headers.get("Location"))
    place = reply.headers.get("Location", "no Location")
    if not _leads_to(place, path):
        reply.fail(wanted, ALL_OF_IT if place.startswith("https://") else None, got=place)
    _says_nothing_of_https(reply)
    return reply


def _leads_to(place: str, path: str) -> bool:
    """Whether an address is that of a path of the same host, over https."""
    try:
        found, sent = urlsplit(place), urlsplit(path)
        queries = [parse_qsl(one.query, keep_blank_values=True) for one in (found, sent)]
    except ValueError:
        return False
    same = (found.scheme, found.netloc, found.path) == ("https", HOST, sent.path)
    return same and queries[0] == queries[1]


def nothing_else_happens(running: Running) -> None:
    """Expect nobody to be registered over http."""
    name = named("early")
    body = {"username": name, "password": made()}
    options = {"json": body, "headers": {"Host": HOST}, "shown": f'{{"username": "{name}", ...}} over http'}
    reply = running.api.post("/users", **options)
    if f'"{name}"' in running.read(USERS):
        reply.fail("a redirect, and nothing else", FIRST, got=f"and {name} is registered")


def over_https(api: Api, headers: Mapping[str, str] | None = None) -> None:
    """Expect a request over https to be answered, and every response to say that https is all there is."""
    for reply in nosniff(api, headers):
        secured(reply)


def secured(reply: Reply) -> None:
    """Expect an answer, and the header that keeps browsers from http."""
    if 300 <= reply.status < 400:
        reply.fail("an answer: it came over https", got=f"Location: {reply.headers.get('Location')}")
    said = reply.headers.get(HSTS, "")
    found = re.search(r'(?:^|[;\s])max-age\s*=\s*"?(\d{1,12})', said, re.IGNORECASE)
    if reply.status < 500 and (not found or int(found[1]) < YEAR):
        reply.fail(f"{HSTS}: max-age={YEAR} or more", got=f"{HSTS} {said or 'not there'}")


def encrypted(running: Running) -> None:
    """Expect what came over TLS to be answered as such, without any proxy."""
    for method, path in SPREAD:
        reply = _over_tls(running.api, method, path)
        if reply.headers.get(NOSNIFF, "").lower() != "nosniff" and (reply.status < 500 or (method, path) == NOWHERE):
            reply.fail(f"{NOSNIFF}: nosniff")
        secured(reply)


def _ask(api: Api, method: str, path: str, headers: Mapping[str, str] | None) -> Reply:
    shown = "".join(f"with {name}: {value}" for name, value in (headers or {}).items())
    return api.request(method, path, headers={"Host": HOST, **(headers or {})}, shown=shown)


def _says_nothing_of_https(reply: Reply) -> None:
    if HSTS in reply.headers:
        reply.fail(f"no {HSTS}: it came over http", got=f"{HSTS}: {reply.headers[HSTS]}")


def _over_tls(api: Api, method: str, path: str) -> Reply:
    """Ask a server that speaks TLS itself, and that is known by its certificate."""
    sent, seconds = f"{method} https://{HOST}{path}", patience(SECONDS)
    assert api.dial is not None
    with received(sent, seconds), deadline(seconds) as held, _encrypted(api.dial()) as secure:
        held.hold(secure)
        secure.do_handshake()
        connection = HTTPConnection(HOST)
        connection.sock = secure
        connection.request(method, path)
        response = connection.getresponse()
        body = response.read(LIMIT)
    return Reply(sent, httpx.Response(response.status, headers=response.getheaders()), body, None)


def _encrypted(connection: socket.socket) -> ssl.SSLSocket:
    return _TRUST.wrap_socket(connection, server_hostname=HOST, do_handshake_on_connect=False)


def _trust() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    AUTHORITY.configure_trust(context)
    return context


_TRUST = _trust()
