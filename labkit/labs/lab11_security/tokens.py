"""Tokens that are made and read by hand: also such as no library makes, and what has to become of them."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from typing import Any

from labkit.checks.api import Api, Reply
from labkit.http.body import parse
from labkit.labs.lab11_security import signing
from labkit.labs.lab11_security.setups import TOKEN_AUDIENCE, TOKEN_ISSUER, TOKEN_SECRET, made, named
from labkit.labs.lab11_security.signing import HEAD, decoded, part

HOUR = 3600
_OF_PYJWT = re.compile(r"\w*(Token|Decode|Signature|Claim|Audience|Issuer|Subject|Algorithm)\w*Error")
INVALID, INSUFFICIENT = "invalid_token", "insufficient_scope"
PARENT = "jwt.InvalidTokenError is what all problems of a token have in common: catch that one"
REQUIRE = 'what is missing is not looked at, unless you say options={"require": [...]}'
ISSUED, MEANT = (
    "issuer=TOKEN_ISSUER says whose tokens are ours",
    "audience=TOKEN_AUDIENCE says whom they have to be for",
)
PINNED = 'the algorithm in the head is what the client says: algorithms=["HS256"] is what you accept'
KNOWN = "401 asks who you are; 403 is for somebody who is known"
BEARER = 'say how to log in: HTTPException(401, ..., headers={"WWW-Authenticate": "Bearer"})'


def claims(**changed: Any) -> dict[str, Any]:
    """Return the claims of a good token, some changed; None leaves one out."""
    now = int(time.time())
    good = {"sub": named("user"), "iss": TOKEN_ISSUER, "aud": TOKEN_AUDIENCE, "iat": now, "exp": now + HOUR}
    return {name: value for name, value in (good | {"scope": ""} | changed).items() if value is not None}


def sign(body: Any, secret: str = TOKEN_SECRET, head: Mapping[str, Any] = HEAD, digest: str = "sha256") -> str:
    """Sign whatever stands in a token; see labkit.labs.lab11_security.signing."""
    return signing.sign(body, secret, head, digest)


def good(**changed: Any) -> str:
    """Return a signed token, with some claims changed."""
    return sign(claims(**changed))


def unsigned() -> str:
    """Return a token whose head says that it needs no signature."""
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims())}."


def swapped() -> str:
    """Return a token whose claims were replaced behind its signature's back."""
    head, _, signature = good().split(".")
    return f"{head}.{part(claims(sub='root'))}.{signature}"


def scratched() -> str:
    """Return a token with another first letter in its signature."""
    said, _, signature = good().rpartition(".")
    return f"{said}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


def read(token: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the head and the claims of a token that is signed with the secret; None for any other."""
    parts = token.split(".") if isinstance(token, str) and token.isascii() else []
    if len(parts) != 3:
        return None
    try:
        head, body = (parse(decoded(part).decode()) for part in parts[:2])
        signature = decoded(parts[2])
    except ValueError:
        return None
    said = f"{parts[0]}.{parts[1]}".encode()
    fits = hmac.compare_digest(hmac.new(TOKEN_SECRET.encode(), said, hashlib.sha256).digest(), signature)
    fine = isinstance(head, dict) and isinstance(body, dict) and head.get("alg") == "HS256"
    return (head, body) if fits and fine else None


def show(api: Api, token: str | bytes, what: str, path: str = "/me", scheme: str = "Bearer", **options: Any) -> Reply:
    """Send a request with a token; `what` it is called in a message."""
    text = token if isinstance(token, bytes) else token.encode("latin-1")
    headers = {"Authorization": scheme.encode() + b" " + text}
    return api.request(options.pop("method", "GET"), path, headers=headers, shown=f"with {what}", **options)


def whose(
    api: Api, token: str, name: str, scopes: list[str], what: str = "a good token", scheme: str = "Bearer"
) -> None:
    """Expect a token to be taken for its user's."""
    reply = show(api, token, what, scheme=scheme)
    reply.expect(200, {"username": name, "scopes": scopes})


def refused(api: Api, token: str | bytes, what: str, advice: str | None = None) -> None:
    """Expect a token to be refused as no good one."""
    reply = show(api, token, what)
    wanted = f'401 with WWW-Authenticate: Bearer error="{INVALID}"'
    if reply.raised:
        absent = advice if reply.raised.startswith("KeyError") else None
        reply.fail(wanted, PARENT if _OF_PYJWT.match(reply.raised) else absent)
    if reply.status != 401:
        reply.fail(wanted, KNOWN if reply.status == 403 else advice if reply.status < 300 else None)
    if error(reply) != INVALID:
        reply.fail(wanted, got=_challenge(reply))


def unknown(reply: Reply) -> None:
    """Expect a request without a token to be asked for one."""
    if reply.status != 401:
        reply.fail("401 with WWW-Authenticate: Bearer", KNOWN if reply.status == 403 else None)
    if not is_bearer(reply):
        reply.fail("401 with WWW-Authenticate: Bearer", BEARER, got=_challenge(reply))


def is_bearer(reply: Reply) -> bool:
    """Whether a response asks for a bearer token."""
    return re.match(r"bearer\b", reply.headers.get("WWW-Authenticate", ""), re.IGNORECASE) is not None


def error(reply: Reply) -> str:
    """Return the error that a challenge for a bearer token names."""
    return parameter(reply, "error")


def parameter(reply: Reply, name: str) -> str:
    """Return a parameter of a challenge for a bearer token; empty where there is none."""
    said = reply.headers.get("WWW-Authenticate", "")
    found = re.search(rf'[\s,]{name}\s*=\s*(?:"([^"]*)"|([^\s,"]+))', said) if is_bearer(reply) else None
    return (found[1] or found[2] or "") if found else ""


def elsewhere(api: Api, token: str) -> None:
    """Expect a good token to be none where it does not belong."""
    for name in ("access_token", "token"):
        unknown(api.get("/me", params={name: token}, shown=f"with a good token in the URL, as {name}"))
    for headers in ({"X-Token": token}, {"Token": token}, {"Cookie": f"access_token={token}"}):
        unknown(api.get("/me", headers=headers, shown=f"with a good token in {next(iter(headers))}"))
    for scheme in ("Basic", "Token", "JWT"):
        unknown(show(api, token, f"a good token, called {scheme}", scheme=scheme))


def others_secret(**changed: Any) -> str:
    """Return a token that somebody else has signed."""
    return sign(claims(**changed), secret=made())


def _challenge(reply: Reply) -> str:
    said = reply.headers.get("WWW-Authenticate")
    return f"WWW-Authenticate: {said}" if said else "no WWW-Authenticate"
