"""The token tamper bench: attacks on a token, fired at the live server and at the slide's verify_jwt, side by side."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Self

from fastapi import HTTPException

from labkit.checks.api import Api, Mismatch
from labkit.http.body import parse
from labkit.labs.lab11_security.attacks import ATTACKS, UNTOUCHED, Sealed
from labkit.labs.lab11_security.login_strip import LoginStrip, timed
from labkit.labs.lab11_security.signing import decoded, sign
from labkit.labs.lab11_security.slide import verify_jwt
from labkit.pictures.live import STYLE, Tone
from labkit.pictures.view import Picture, framed
from labkit.text import one_line

OLD_SEAL, NEW_SEAL = "edited, old seal", "edited, sealed anew"
"""What can be done with claims that were edited: sent with the old signature, or signed by who knows the secret."""
YOURS, SLIDES = "your server", "the slide's verify_jwt"
WIDE = 90
"""How many characters of an answer are shown."""
LOOK = STYLE + (Path(__file__).parent / "bench.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Seen:
    """What became of a token.

    Attributes:
        tone: whether that is right; off where nobody can say, odd where it is neither.
        text: it in words.
    """

    tone: Tone
    text: str


@dataclass(repr=False)
class Bench(Picture):
    """A token, what was done to it, and what became of that on both sides.

    Attributes:
        api: a client of the live server.
        good: the token before anybody has touched it.
        known: returns somebody who is registered, or None.
        edited: its claims, as they may have been edited, in JSON.
        shown: the attack whose token is shown.
        token: that token.
        seen: what became of each attack: on the live server, and by the slide.
        logins: how long a login takes.
    """

    api: Callable[[], Api]
    good: Sealed
    known: Callable[[], str | None]
    edited: str = ""
    shown: str = UNTOUCHED
    token: str = ""
    seen: dict[str, tuple[Seen, Seen]] = field(default_factory=dict)
    logins: LoginStrip = field(default_factory=LoginStrip)

    def __post_init__(self) -> None:
        """Show the good token."""
        self.edited = self.edited or json.dumps(self.good.claims, indent=1)
        self.token = self.good.token

    def all(self) -> Self:
        """Fire every attack, and time the logins."""
        for name in reversed(ATTACKS):
            self.fire(name)
        self.seen = {name: self.seen[name] for name in ATTACKS}
        return self.time()

    def time(self) -> Self:
        """Time the logins anew."""
        self.logins = timed(self.api(), self.known())
        return self

    def fire(self, name: str) -> Self:
        """Make an attack's token, send it to the live server, and hold it against the slide."""
        self.shown, self.token = name, self._made(name)
        wanted = None if name == NEW_SEAL else self.token == self.good.token
        self.seen[name] = (_by_server(self.api(), self.token, wanted), _by_slide(self.token, self.good.secret, wanted))
        return self

    def _made(self, name: str) -> str:
        if name in ATTACKS:
            return ATTACKS[name](self.good)
        claims = parse(self.edited)
        if name == NEW_SEAL:
            return sign(self.edited if claims is None else claims, self.good.secret)
        if claims == self.good.claims:
            return self.good.token
        return self.good.behind_its_back(self.edited if claims is None else claims)

    def html(self) -> str:
        """Return the token in its three colours, the table of attacks, and the strip of the logins."""
        return framed([self.token_html(), self.table_html(), self.logins.html()], LOOK)

    def token_html(self) -> str:
        """Return the token that is shown, and what it says."""
        parts = self.token.split(".")
        text = '<span class="dot">.</span>'.join(f'<span class="p{n}">{escape(p)}</span>' for n, p in enumerate(parts))
        said = "".join(
            f'<div class="said p{number}"><small>{name}</small><span>{escape(_said(one, number))}</span></div>'
            for number, (name, one) in enumerate(zip(("head", "claims", "signature"), parts, strict=False))
        )
        head = f'<div class="head"><b>Token tamper bench</b><span class="end muted">{escape(self.shown)}</span></div>'
        return f'{head}<div class="token" data-part="token">{text}</div><div class="parts">{said}</div>'

    def table_html(self) -> str:
        """Return a row for each attack."""
        rows = "".join(
            f'<tr data-attack="{escape(name)}"{" class=shown" if name == self.shown else ""}><th>{escape(name)}</th>'
            + "".join(
                f'<td class="{one.tone}" data-tone="{one.tone}"><b>{one.tone.sign}</b> {escape(one.text)}</td>'
                for one in both
            )
            + "</tr>"
            for name, both in self.seen.items()
        )
        return f'<table class="attacks"><tr><th></th><th>{YOURS}</th><th>{SLIDES}</th></tr>{rows}</table>'

    def __str__(self) -> str:
        lines = [f"Token tamper bench: {self.shown}", *_folded(self.token)]
        for name, (yours, slides) in self.seen.items():
            lines.append(f"  {name:<19} {yours.tone.sign} {yours.text}")
            lines.append(f"  {'':<19} {slides.tone.sign} {slides.text}, by the slide")
        return "\n".join([*lines, *(f"  {line}" for line in str(self.logins).splitlines())])

    __repr__ = __str__


def _by_server(api: Api, token: str, wanted: bool | None) -> Seen:
    """Send a token to the server; `wanted` says whether it has to be taken, None where nobody knows."""
    try:
        reply = api.get("/me", headers={"Authorization": f"Bearer {token}"})
    except Mismatch as problem:
        return Seen(Tone.ODD, one_line(problem.got, WIDE))
    if reply.status == 200:
        name = reply.json.get("username") if isinstance(reply.json, dict) else None
        return _seen(wanted, True, f"accepted as {one_line(str(name), WIDE)}")
    if reply.status == 401:
        challenge = reply.headers.get("WWW-Authenticate")
        seen = _seen(
            wanted, False, f"refused: 401, {one_line(challenge, WIDE) if challenge else 'no WWW-Authenticate'}"
        )
        return seen if "invalid_token" in str(challenge) or seen.tone != Tone.GOOD else Seen(Tone.ODD, seen.text)
    return Seen(Tone.BAD if reply.status >= 500 else Tone.ODD, one_line(reply.got, WIDE))


def _by_slide(token: str, secret: str, wanted: bool | None) -> Seen:
    """Hold a token against the slide."""
    try:
        return _seen(wanted, True, f"accepted as {one_line(str(verify_jwt(token, secret)), WIDE)}")
    except HTTPException as refused:
        return _seen(wanted, False, f"refused: {refused.status_code}")
    except Exception as problem:  # noqa: BLE001 (a server would answer 500, whatever it is)
        return Seen(Tone.BAD, f"500 ({type(problem).__name__}: {one_line(str(problem), WIDE)})")


def _seen(wanted: bool | None, accepted: bool, text: str) -> Seen:
    return Seen(Tone.OFF if wanted is None else Tone.GOOD if wanted is accepted else Tone.BAD, text)


def _said(part: str, number: int) -> str:
    """Say what a part of a token says."""
    try:
        data = decoded(part)
    except ValueError:
        return "no base64"
    return (f"{len(data)} bytes" if data else "none") if number == 2 else one_line(data.decode("utf-8", "replace"), 400)


def _folded(token: str, width: int = 100) -> list[str]:
    return [f"  {token[at : at + width]}" for at in range(0, len(token), width)]


def good(issuer: str, audience: str, secret: str) -> Sealed:
    """Return a token as a login gives it."""
    now = int(time.time())
    claims = {"sub": "ada", "iss": issuer, "aud": audience, "iat": now, "exp": now + 900, "scope": "models:read"}
    return Sealed(claims, secret)
