"""Signs whatever stands in a token by hand: also what no library signs."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

HEAD = {"alg": "HS256", "typ": "JWT"}


def sign(body: Any, secret: str, head: Mapping[str, Any] = HEAD, digest: str = "sha256") -> str:
    """Return a token.

    Args:
        body: its claims, as JSON has them; bytes as they are.
        secret: what it is signed with.
        head: what it says of itself.
        digest: what it is really signed by.
    """
    said = f"{part(head)}.{part(body)}"
    return f"{said}.{encoded(hmac.new(secret.encode(), said.encode(), digest).digest())}"


def part(value: Any) -> str:
    """Return a part of a token that says this."""
    return encoded(value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode())


def encoded(data: bytes) -> str:
    """Return bytes as a token has them."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return the bytes of a part of a token.

    Raises:
        ValueError: it is none.
    """
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
