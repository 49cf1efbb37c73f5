"""What has to become of a registration: the answer, and what is kept of it."""

from __future__ import annotations

import json
import re
import string
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pwdlib.exceptions import PwdlibError

from labkit.checks.api import Api, Mismatch, Reply
from labkit.checks.compare import same
from labkit.checks.running import Running
from labkit.http.body import parse
from labkit.labs.lab11_security.setups import HASHER, READ, USERS, made, named

_HASH = re.compile(r"\$argon2id\$v=\d+\$m=(\d{1,6}),t=(\d),p=(\d)\$[A-Za-z0-9+/]{1,200}\$[A-Za-z0-9+/]{1,200}")
_MOST = 300_000
"""How much memory a hash may take that is verified here, in KiB."""
STARS = "*" * 10
"""What str() makes of a SecretStr, whatever is in it."""
TOGETHER = 4
"""How many ask for a name at the same time."""
CATCH = "users.add raises UsernameTaken, also for who has looked before: catch it, and raise an HTTPException(409, ...)"
NOT_KEPT = "who reads the file has everybody's password: keep hasher.hash(password)"
NOT_FAST = "a fast hash is tried a billion times a second: keep hasher.hash(password)"
SALTED = "two people with one password must not look alike: hasher.hash makes a salt for each"
MASS = "the scopes are yours to give: take nothing but the username and the password from the body"


def join(api: Api, name: str, password: str, **more: Any) -> Reply:
    """Register somebody."""
    shown = json.dumps({"username": name, **more})[:-1] + f', "password": ({len(password)} characters)}}'
    return api.post("/users", json={"username": name, "password": password, **more}, shown=shown)


def joins(api: Api, name: str, password: str) -> Reply:
    """Expect somebody to be registered."""
    reply = join(api, name, password)
    advice = None
    if isinstance(reply.json, dict) and {"password", "password_hash"} & reply.json.keys():
        advice = "answer with the username and the scopes alone"
    return reply.expect(201, {"username": name, "scopes": [READ]}, advice=advice)


def everybody(running: Running) -> dict[str, Any]:
    """Return what the users file says."""
    found = parse(running.read(USERS))
    if not isinstance(found, dict):
        raise Mismatch(
            "the file at USERS_PATH", "a JSON object of users", "no such thing", "keep users by users.add alone"
        )
    return found


def entry(running: Running, name: str) -> dict[str, Any]:
    """Return what is kept of somebody."""
    found = everybody(running).get(name)
    if not isinstance(found, dict):
        sent = f"POST /users for {name}, then the file at USERS_PATH"
        raise Mismatch(sent, f"an entry for {name}", "none", "keep new users: users.add(...)")
    return found


def is_hashed(running: Running, name: str, password: str) -> str:
    """Expect an argon2id hash of a password to be kept, and return it."""
    kept = entry(running, name).get("password_hash")
    kept = kept if isinstance(kept, str) else ""
    sent, wanted = f"POST /users for {name}, then the file at USERS_PATH", '"password_hash": "$argon2id$..."'
    if password in kept:
        raise Mismatch(sent, wanted, "the password itself", NOT_KEPT)
    found = _HASH.fullmatch(kept)
    if not found or int(found[1]) > _MOST:
        digest = len(kept) >= 32 and set(kept) <= set(string.hexdigits)
        raise Mismatch(sent, wanted, f'"{kept[:10]}..."', NOT_FAST if digest else None)
    if not _fits(password, kept):
        stars = "str() of a SecretStr is ten stars: get_secret_value() is the text" if _fits(STARS, kept) else None
        raise Mismatch(sent, "a hash of the password that was sent", "a hash of something else", stars)
    return kept


def _fits(password: str, kept: str) -> bool:
    try:
        return HASHER.verify(password, kept)
    except PwdlibError:
        return False


def has_a_salt(running: Running) -> None:
    """Expect two people with one password to have two hashes."""
    password = made()
    names = named("twin"), named("twin")
    for name in names:
        joins(running.api, name, password)
    one, other = (is_hashed(running, name, password) for name in names)
    if one == other or one.split("$")[4] == other.split("$")[4]:
        raise Mismatch("POST /users twice, with one password", "two hashes, each with its salt", "one salt", SALTED)


def takes_no_more(running: Running, **more: Any) -> None:
    """Expect what else is in a body to be of no effect, or to be refused."""
    name = named("mallory")
    reply = join(running.api, name, made(), **more)
    if reply.status == 422:
        return
    if reply.status == 201 and not same(reply.json, {"username": name, "scopes": [READ]}):
        reply.fail(f'422, or 201 with "scopes": ["{READ}"]', MASS)
    reply.expect(201)
    kept = entry(running, name)
    if not same(kept.get("scopes"), [READ]):
        got = f'"scopes": {json.dumps(kept.get("scopes"))} in the file'
        reply.fail(f'422, or "scopes": ["{READ}"]', MASS, got=got)


def is_taken(running: Running, name: str) -> None:
    """Expect a name that is there to be refused, and nothing to be changed."""
    before = everybody(running)
    reply = join(running.api, name, made())
    reply.expect(409, advice=CATCH if reply.status == 500 else None)
    if not same(everybody(running), before):
        reply.fail("409, and the file as it was", got="the file has changed")


def at_the_same_time(api: Api) -> None:
    """Expect one of several with the same name to get it, and the others a 409."""
    name, plain = named("race"), api.plain()
    with ThreadPoolExecutor(TOGETHER) as pool:
        replies = list(pool.map(lambda _: join(plain, name, made()), range(TOGETHER)))
    statuses = sorted(reply.status for reply in replies)
    if statuses != [201] + [409] * (TOGETHER - 1):
        sent = f"{TOGETHER} times POST /users with one name, at the same time"
        wanted = f"one 201, and 409 for the other {TOGETHER - 1}"
        raise Mismatch(sent, wanted, ", ".join(map(str, statuses)), CATCH if 500 in statuses else None)
