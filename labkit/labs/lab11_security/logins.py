"""What has to become of a login: the token, and nothing that tells who is registered."""

from __future__ import annotations

import json
import time
from typing import Any

from labkit.checks.api import Api, Mismatch, Reply
from labkit.labs.lab11_security import keys, tokens
from labkit.labs.lab11_security.setups import TOKEN_AUDIENCE, TOKEN_ISSUER, TOKEN_SECONDS, Person, made, named

PAIRS = 9
"""How often a login with a wrong password, and one with an unknown name, are timed, one after the other."""
SLOW_ENOUGH = 0.5
SLACK = 600
"""By how many seconds the clocks of a check and of a server may differ."""
FORM = "a login comes as a form and not as JSON: OAuth2PasswordRequestForm, or Form()"
GRANTED = "form.scopes is what the client asks for: give what user['scopes'] has as well"
ALIKE = "who is registered is nobody's business: one answer for both"
SLOWLY = "verify the password of an unknown user as well, against a hash of nobody's that you make once"
MINUTES = "TOKEN_SECONDS are seconds"
LOCAL = "utcnow() has no zone, and timestamp() takes it for local time: int(time.time()), or datetime.now(UTC)"


def log_in(api: Api, name: str, password: str, **more: str) -> Reply:
    """Send the form of a login."""
    shown = "&".join(f"{key}={value}" for key, value in ({"username": name, "password": "..."} | more).items())
    return api.post("/token", data={"username": name, "password": password, **more}, shown=shown)


def token(api: Api, person: Person, **more: str) -> Reply:
    """Expect somebody to be given a token."""
    reply = log_in(api, person.name, person.password, **more)
    unread = reply.status == 422 and '"body"' in reply.text and "grant_type" not in more
    body = reply.expect(200, advice=FORM if unread else None).json
    kind = body.get("token_type") if isinstance(body, dict) else None
    if not isinstance(kind, str) or kind.lower() != "bearer" or body.get("expires_in") != TOKEN_SECONDS:
        seconds = isinstance(body, dict) and body.get("expires_in") in (TOKEN_SECONDS * 60, TOKEN_SECONDS / 60)
        wanted = f'200 {{"access_token": ..., "token_type": "bearer", "expires_in": {TOKEN_SECONDS}}}'
        reply.fail(wanted, MINUTES if seconds else None)
    return reply


def claims(api: Api, person: Person, **more: str) -> tuple[Reply, dict[str, Any]]:
    """Expect a token to be signed, and return its claims."""
    reply = token(api, person, **more)
    found = tokens.read(reply.json.get("access_token"))
    if found is None:
        reply.fail('an "access_token" that is a JWT, signed with TOKEN_SECRET by HS256')
    return reply, found[1]


def says(api: Api, person: Person) -> None:
    """Expect the claims of a token to be those of the contract."""
    now = time.time()
    reply, found = claims(api, person)
    for name, wanted in {"sub": person.name, "iss": TOKEN_ISSUER, "aud": TOKEN_AUDIENCE}.items():
        if found.get(name) != wanted and found.get(name) != [wanted]:
            reply.fail(f'a token with "{name}": "{wanted}"', got=_said(found, name))
    begun, ends = (_number(found.get(name)) for name in ("iat", "exp"))
    if begun is None or abs(begun - now) > SLACK:
        hours = begun is not None and abs(abs(begun - now) - 5.5 * tokens.HOUR) < SLACK
        reply.fail(
            f'a token with "iat": {int(now)}, the time in seconds', LOCAL if hours else None, _said(found, "iat")
        )
    if ends is None or abs(ends - begun - TOKEN_SECONDS) > 1:
        many = ends is not None and abs(ends - begun - 60 * TOKEN_SECONDS) <= 60
        hours = ends is not None and abs(abs(ends - begun) - 5.5 * tokens.HOUR) < SLACK + TOKEN_SECONDS
        advice = MINUTES if many else LOCAL if hours else None
        reply.fail(
            f'a token with "exp": iat + {TOKEN_SECONDS}', advice, f"{_said(found, 'iat')}, {_said(found, 'exp')}"
        )


def may(api: Api, person: Person, scopes: set[str], **more: str) -> None:
    """Expect the scopes of a token, in any order."""
    reply, found = claims(api, person, **more)
    said = found.get("scope")
    if not isinstance(said, str) or set(said.split()) != scopes:
        wider = isinstance(said, str) and set(said.split()) - set(person.scopes)
        wanted = f'a token with "scope": "{" ".join(sorted(scopes))}"'
        reply.fail(wanted, GRANTED if wider else None, got=_said(found, "scope"))


def not_stored(api: Api, person: Person) -> None:
    """Expect a response that nobody on the way keeps."""
    reply = token(api, person)
    found = reply.headers.get("Cache-Control", "")
    if "no-store" not in [part.strip().lower() for part in found.split(",")]:
        reply.fail("200 with Cache-Control: no-store", got=f"Cache-Control: {found or 'not there'}")


def refused(api: Api, name: str, password: str) -> Reply:
    """Expect a login to be refused."""
    reply = log_in(api, name, password)
    tells = ALIKE if reply.status == 404 else None
    if reply.status != 401:
        reply.fail("401 with WWW-Authenticate: Bearer", tells)
    tokens.unknown(reply)
    return reply


def alike(api: Api, person: Person) -> None:
    """Expect a wrong password and an unknown user to get one answer."""
    wrong, stranger = refused(api, person.name, made()), refused(api, named("nobody"), made())
    keys.same_answer(stranger, wrong, "the answer to a wrong password", ALIKE)


def takes_as_long(api: Api, person: Person) -> None:
    """Expect an unknown user to take at least half as long as a wrong password, by the quickest of each."""
    wrong, stranger = [], []
    for _ in range(PAIRS):
        wrong.append(_seconds(api, person.name))
        stranger.append(_seconds(api, named("nobody")))
    share = min(stranger) / min(wrong)
    if share < SLOW_ENOUGH:
        sent = f"POST /token, {PAIRS} times with a wrong password, and {PAIRS} times with an unknown name in between"
        raise Mismatch(sent, "an unknown name takes at least half as long", f"{share:.2f} of it", SLOWLY)


def _seconds(api: Api, name: str) -> float:
    begun = time.perf_counter()
    refused(api, name, made())
    return time.perf_counter() - begun


def _number(value: Any) -> float | None:
    return (
        float(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12 else None
    )


def _said(found: dict[str, Any], name: str) -> str:
    return f'"{name}": {json.dumps(found[name])[:60]}' if name in found else f'no "{name}"'
