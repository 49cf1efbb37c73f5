"""What has to become of a request with a key, and with what is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from labkit.checks.api import Api, Reply

HEADER = "X-API-Key"
FLOWERS: dict[int, list[float]] = {0: [5.1, 3.5, 1.4, 0.2], 1: [6.0, 2.9, 4.5, 1.5], 2: [6.5, 3.0, 5.8, 2.2]}
"""A flower of each class."""
CHALLENGE = "401 with WWW-Authenticate"
WHO = "401 asks who you are; 403 is for somebody who is known"
WITH_HEADERS = 'an HTTPException takes headers: {"WWW-Authenticate": ...}'
NAMED = (
    'the name of a parameter is the name of its header, with - for _: say it, as APIKeyHeader(name="X-API-Key") does'
)
ABSENT = "a missing key is no bad input: a header that may be missing has the type str | None, and the default None"
BYTES = "encode the key as UTF-8, which has all characters, and compare bytes or hex digits"


def ask(api: Api, shown: str, headers: Mapping[str, Any] | None = None, flower: int = 1, **options: Any) -> Reply:
    """Ask for a prediction, with these headers."""
    body = {"features": FLOWERS[flower]}
    return api.post("/predict", json=body, headers=dict(headers or {}), shown=f"with {shown}", **options)


def admitted(api: Api, client: str, key: str, which: str = "a client's key") -> None:
    """Expect a key to be taken for its client's."""
    for number in FLOWERS:
        reply = ask(api, f"{which} in {HEADER}", {HEADER: key}, number)
        unread = reply.status == 422 and ("api-key" in reply.text or "api_key" in reply.text)
        reply.expect(200, {"class": number, "client": client}, advice=NAMED if unread else None)


def refused(reply: Reply) -> Reply:
    """Expect a request to be asked for a key."""
    advice = None
    if reply.status == 403:
        advice = WHO
    elif reply.status == 422:
        advice = ABSENT
    elif reply.raised and ("UnicodeEncodeError" in reply.raised or "non-ASCII" in reply.raised):
        advice = BYTES
    if reply.status != 401:
        reply.fail(CHALLENGE, advice)
    if not reply.headers.get("WWW-Authenticate"):
        reply.fail(CHALLENGE, WITH_HEADERS, got="no WWW-Authenticate")
    return reply


def all_alike(api: Api, wrong: Mapping[str, str | bytes]) -> None:
    """Expect texts that are no keys to be refused, all with the same answer."""
    first, *others = (refused(ask(api, f"{what} in {HEADER}", {HEADER: text})) for what, text in wrong.items())
    for reply in others:
        same_answer(reply, first, f"the answer that {next(iter(wrong))} gets")


def same_answer(reply: Reply, first: Reply, which: str, advice: str | None = None) -> None:
    """Expect a refusal to have the body and the challenge of another one."""
    name = "WWW-Authenticate"
    for got, wanted in ((reply.text, first.text), (reply.headers[name], first.headers[name])):
        if got != wanted:
            reply.fail(f"{which}: {wanted}", advice, got=got)


def bad_flowers(api: Api, key: str, values: Sequence[str]) -> None:
    """Expect bad features to be refused with 422, also with a good key.

    Args:
        api: the client.
        key: a key.
        values: the features, as they stand in JSON.
    """
    headers = {HEADER: key, "Content-Type": "application/json"}
    for value in values:
        content = f'{{"features": {value}}}'
        reply = api.post("/predict", content=content, headers=headers, shown=f"{content} with a client's key")
        reply.refuse("features")
