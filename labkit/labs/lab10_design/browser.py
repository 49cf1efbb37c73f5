"""What a browser does with a request of a page: it asks before, sends, and lets the page read or not.

The picture has real browsers for this. Where there is none, as in a terminal, this one decides by the same rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from labkit.checks.api import Api, Mismatch, Reply
from labkit.labs.lab10_design.versions import tokens

SECONDS = 30.0
"""How long one request may take: a browser is patient."""
SIMPLE = ("GET", "HEAD", "POST")
"""The methods that a form, or a picture in a page, could always send."""
PLAIN = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
"""So could these types of a body."""


@dataclass(frozen=True)
class Wish:
    """A request that a page wants to send.

    Attributes:
        method, path: its first line.
        body: its body as JSON; None for none.
        headers: what it adds. `{etag}` stands for the ETag that the page has read.
    """

    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """What became of a wish.

    Attributes:
        wish: what was wished for.
        outcome: `read`, `hidden` where the answer was kept from the page, `unsent` where the preflight forbade it.
        said: what the page sees, or why it sees nothing.
        etag: the ETag, where the page may see it.
    """

    wish: Wish
    outcome: str
    said: str
    etag: str = ""


class Page:
    """A page of some origin, which remembers the last ETag that it has read."""

    def __init__(self, api: Api, origin: str) -> None:
        """Open a page."""
        self.origin, self.etag = origin, ""
        self._api = api

    def send(self, wish: Wish) -> Seen:
        """Do with a wish what a browser does."""
        headers = {name: value.replace("{etag}", self.etag) for name, value in wish.headers.items()}
        headers = {name: value for name, value in headers.items() if value}
        named = sorted([name.lower() for name in headers] + (["content-type"] if wish.body is not None else []))
        try:
            if (wish.method not in SIMPLE or named) and (why := self._forbidden(wish, named)):
                return Seen(wish, "unsent", why)
            options: dict[str, Any] = {"headers": {**headers, "Origin": self.origin}}
            options |= {} if wish.body is None else {"json": wish.body}
            reply = self._api.request(wish.method, wish.path, seconds=SECONDS, **options)
        except Mismatch as problem:
            return Seen(wish, "hidden", problem.got)
        if not self._may_read(reply):
            return Seen(wish, "hidden", f"it has arrived, and its {reply.status} is kept from this page")
        exposed = tokens(reply, "Access-Control-Expose-Headers")
        self.etag = reply.headers.get("ETag", "") if "etag" in exposed else self.etag
        return Seen(wish, "read", reply.got, self.etag)

    def _forbidden(self, wish: Wish, named: list[str]) -> str:
        """Ask before, and say what is not allowed; nothing if all is."""
        asked = {"Origin": self.origin, "Access-Control-Request-Method": wish.method}
        asked |= {"Access-Control-Request-Headers": ",".join(named)} if named else {}
        reply = self._api.request("OPTIONS", wish.path, seconds=SECONDS, headers=asked)
        methods = tokens(reply, "Access-Control-Allow-Methods") | {name.lower() for name in SIMPLE}
        missing = [name for name in named if name not in tokens(reply, "Access-Control-Allow-Headers")]
        if not 200 <= reply.status < 300 or not self._may_read(reply):
            return f"its preflight got {reply.status} without permission: it was never sent"
        if wish.method.lower() not in methods:
            missing.insert(0, wish.method)
        return f"its preflight does not allow {', '.join(missing)}: it was never sent" if missing else ""

    def _may_read(self, reply: Reply) -> bool:
        """Whether an answer to a request with credentials is this page's to read."""
        allowed = reply.headers.get("Access-Control-Allow-Origin") == self.origin
        return bool(allowed and reply.headers.get("Access-Control-Allow-Credentials") == "true")
