"""Whom the servers of lab 11 know: keys, users and a secret, all made anew in each run, so none is worth keeping."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from functools import cache

import trustme
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from labkit.sandbox.setup import Command, Setup

USERS = "users.json"
HOST = "api.example"
READ, WRITE = "models:read", "models:write"
FAR_FROM_UTC = "IST-5:30"
"""A time zone of five and a half hours: a clock that takes the one for the other shows."""
HASHER = PasswordHash((Argon2Hasher(memory_cost=19_456, time_cost=2, parallelism=1),))


@dataclass(frozen=True)
class Person:
    """A user whom a server knows from its start.

    Attributes:
        name: the username.
        password: the password, which nobody else knows.
        scopes: what the user may do.
    """

    name: str
    password: str
    scopes: tuple[str, ...]

    @cache  # noqa: B019 (there are three, as long as the process lives; a hash takes 40 ms)
    def kept(self) -> dict[str, object]:
        """Return what a users file says of them."""
        return {"password_hash": HASHER.hash(self.password), "scopes": list(self.scopes)}


def made() -> str:
    """Return a text that nobody can guess."""
    return secrets.token_urlsafe(24)


def named(word: str) -> str:
    """Return a name that is another one in each run."""
    return f"{word}_{secrets.token_hex(3)}"


CLIENTS = {named("shop"): (made(), made()), named("phone"): (made(),), named("lab"): (made(), made(), made())}
"""The keys of each client."""
ADA = Person(named("ada"), made(), (READ,))
GRACE = Person(named("grace"), made(), (READ, WRITE))
EDITH = Person(named("edith"), f"{made()} å&+ %", ())
TOKEN_SECRET = secrets.token_urlsafe(48)
TOKEN_ISSUER = f"https://{secrets.token_hex(3)}.login.example"
TOKEN_AUDIENCE = f"https://{secrets.token_hex(3)}.models.example"
TOKEN_SECONDS = 600 + secrets.randbelow(600)

_ENVIRONMENT = {
    "API_KEYS": json.dumps(
        {client: [hashlib.sha256(key.encode()).hexdigest() for key in keys] for client, keys in CLIENTS.items()}
    ),
    "USERS_PATH": f"{{folder}}/{USERS}",
    "TOKEN_SECRET": TOKEN_SECRET,
    "TOKEN_ISSUER": TOKEN_ISSUER,
    "TOKEN_AUDIENCE": TOKEN_AUDIENCE,
    "TOKEN_SECONDS": str(TOKEN_SECONDS),
    "TZ": FAR_FROM_UTC,
}
_FILES = {USERS: json.dumps({one.name: one.kept() for one in (ADA, GRACE, EDITH)}).encode()}

SERVER = Setup(_ENVIRONMENT, _FILES, output=True)
"""The lab's server, over http."""
KEEPING = replace(SERVER, command=Command("uvicorn"))
"""The same, started by uvicorn, so that its files can be read."""
HTTPS_ONLY = replace(SERVER, environment=_ENVIRONMENT | {"HTTPS_ONLY": "1"})
"""Over https alone, and it trusts no proxy."""
BEHIND_A_PROXY = replace(HTTPS_ONLY, command=Command("uvicorn", ("--forwarded-allow-ips", "*")))
"""Over https alone, and it trusts whoever talks to it: over a socket that is a file nobody has an address."""

AUTHORITY = trustme.CA()


def _with_certificate() -> Setup:
    certificate = AUTHORITY.issue_cert(HOST)
    chain = b"".join(part.bytes() for part in certificate.cert_chain_pems)
    files = _FILES | {"key.pem": certificate.private_key_pem.bytes(), "chain.pem": chain}
    arguments = ("--ssl-keyfile", "../key.pem", "--ssl-certfile", "../chain.pem")
    return replace(HTTPS_ONLY, files=files, command=Command("uvicorn", arguments))


TLS = _with_certificate()
"""Over https alone, and the server speaks TLS itself."""
