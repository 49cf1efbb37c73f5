"""What can be done to a token: each attack makes one of a good one."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from labkit.labs.lab11_security.signing import HEAD, part, sign

HOUR = 3600


@dataclass(frozen=True)
class Sealed:
    """A good token, and what its server signs with.

    Attributes:
        claims: what it says.
        secret: what it is signed with. Who attacks does not know it; some attacks need no secret, and some show what a
            server that signs carelessly would accept for ever.
    """

    claims: Mapping[str, Any]
    secret: str

    @property
    def token(self) -> str:
        """The token."""
        return sign(self.claims, self.secret)

    def without(self, name: str) -> str:
        """Return a signed token without one of the claims."""
        return replace(self, claims={key: value for key, value in self.claims.items() if key != name}).token

    def but(self, **changed: Any) -> str:
        """Return a signed token with some of the claims changed."""
        return replace(self, claims={**self.claims, **changed}).token

    def behind_its_back(self, claims: Any) -> str:
        """Return a token with these claims, and the signature of the good one."""
        head, _, signature = self.token.split(".")
        return f"{head}.{part(claims)}.{signature}"


def _wider(good: Sealed) -> str:
    scope = f"{good.claims.get('scope', '')} models:write".strip()
    return good.behind_its_back({**good.claims, "scope": scope})


UNTOUCHED = "untouched"
ATTACKS: dict[str, Callable[[Sealed], str]] = {
    UNTOUCHED: lambda good: good.token,
    "change sub": lambda good: good.behind_its_back({**good.claims, "sub": "root"}),
    "wider scope": _wider,
    "cut the signature": lambda good: good.token.rpartition(".")[0] + ".",
    "another secret": lambda good: replace(good, secret=secrets.token_urlsafe(48)).token,
    "alg none": lambda good: f"{part({**HEAD, 'alg': 'none'})}.{part(good.claims)}.",
    "HS512": lambda good: sign(good.claims, good.secret, {**HEAD, "alg": "HS512"}, "sha512"),
    "expired": lambda good: good.but(exp=int(time.time()) - HOUR),
    "no exp": lambda good: good.without("exp"),
    "no sub": lambda good: good.without("sub"),
    "another audience": lambda good: good.but(aud="https://other.example"),
}
"""Each attack by its name; the first is none."""
