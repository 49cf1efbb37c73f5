"""Lab 11 in a notebook."""

from __future__ import annotations

import os
import secrets
import sys
from typing import Any

from labkit.labs.lab11_security import bench
from labkit.labs.lab11_security.workbench import Workbench
from labkit.notebook import lab


class Lab(lab.Lab):
    """The lab on security: what a token stands can be tried on the live server."""

    def __init__(self, name: str) -> None:
        """Open the lab; the secret of its tokens is the same as long as the kernel runs."""
        os.environ.setdefault("TOKEN_SECRET", secrets.token_urlsafe(48))
        super().__init__(name)

    def bench(self) -> Workbench:
        """Fire each attack on a token at the live server, and at the slide's verify_jwt; and time its logins."""
        self.refresh()
        served = sys.modules.get(self.module.lab)
        issuer, audience, secret = (_text(served, f"TOKEN_{name}") for name in ("ISSUER", "AUDIENCE", "SECRET"))
        return Workbench(lambda: self.api, bench.good(issuer, audience, secret), self._somebody).all()

    def _somebody(self) -> str | None:
        """Somebody who is registered, as the served module has it."""
        users = getattr(sys.modules.get(self.module.lab), "users", None)
        known = getattr(users, "known", None)
        return next((name for name in known if isinstance(name, str)), None) if isinstance(known, dict) else None


def _text(module: Any, name: str) -> str:
    found = getattr(module, name, "")
    return found if isinstance(found, str) else ""
