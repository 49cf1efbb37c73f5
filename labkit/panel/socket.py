"""The tab Socket: a conversation over a WebSocket of the live server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from html import escape

import httpx
import ipywidgets as widgets

from labkit.checks.api import Api, Mismatch
from labkit.checks.websocket import WebSocket
from labkit.live.server import Server
from labkit.text import one_line

PATIENCE = 3600.0
"""How long a conversation may be silent, in seconds."""
LINES, WIDTH = 100, 2000
"""How many messages are shown, and how many characters of each."""
_LOOKS = {"sent": "", "came": "correct", "closed": "incorrect", "refused": "incorrect", "failed": "error"}


class Socket:
    """What was said and answered, and a line to say more."""

    title = "Socket"

    def __init__(self, server: Server, client: Callable[[], httpx.Client]) -> None:
        """Talk to this server, with the client that the function returns."""
        self._server, self._client = server, client
        self._seen = -1
        self._talk: WebSocket | None = None
        self._said: list[tuple[float, str, str]] = []
        self._lock = threading.Lock()
        self.path = widgets.Dropdown(options=[])
        self.origin = widgets.Text(placeholder="Origin: none, as of no browser")
        self.message = widgets.Text(placeholder='a message, as {"id": 1}')
        self.message.add_class("to-say")
        self.send = widgets.Button(description="Send", icon="paper-plane", button_style="primary")
        self.hang_up = widgets.Button(description="Hang up", icon="phone-slash", disabled=True)
        self.send.on_click(lambda button: self.say())
        self.hang_up.on_click(lambda button: self.leave())
        self.lines = widgets.HTML()
        self.lines.add_class("talk")
        where, what = widgets.HBox([self.path, self.origin]), widgets.HBox([self.message, self.send, self.hang_up])
        for tools in (where, what):
            tools.add_class("tools")
        self._parts = [where, what, self.lines]
        self.widget = widgets.VBox(self._parts)

    def refresh(self) -> None:
        """Offer the WebSockets that the server has now."""
        if self._seen == self._server.changes:
            return
        self._seen = self._server.changes
        self.path.options = self._server.sockets
        self.path.value = next(iter(self._server.sockets), None)
        reason = self._server.problem or "The app has no WebSocket."
        none = widgets.HTML(f'<div class="muted">{escape(reason)}</div>')
        self.widget.children = self._parts if self._server.sockets else [none]

    def say(self) -> threading.Thread:
        """Send the message, if need be after opening a connection, from a thread: the other side may not answer."""
        path, origin, message = self.path.value, self.origin.value.strip() or None, self.message.value
        sending = threading.Thread(
            target=self._say, args=[path, origin, message], name="labkit-panel-talk", daemon=True
        )
        sending.start()
        return sending

    def leave(self) -> None:
        """End the conversation without a word."""
        if self._talk is not None:
            self._talk.vanish()

    def _say(self, path: str, origin: str | None, message: str) -> None:
        try:
            if self._talk is not None:
                self._talk.send(message)
                self._note("sent", message)
                return
            with Api(self._client()).websocket(path, seconds=PATIENCE, origin=origin) as talk:
                self._listen(talk, message)
        except Mismatch as problem:
            self._note("failed", problem.got)
        except Exception as problem:  # noqa: BLE001 (whatever is wrong with what was typed, the panel says so and goes on)
            self._note("failed", f"{type(problem).__name__}: {problem}")

    def _listen(self, talk: WebSocket, message: str) -> None:
        """Send the first message, and write down what comes until the connection ends."""
        if talk.status != 101:
            self._note("refused", str(talk.status))
            return
        self._talk, self.hang_up.disabled = talk, False
        try:
            talk.send(message)
            self._note("sent", message)
            while (answer := talk.receive()).code is None:
                self._note("came", answer.text if answer.text is not None else answer.got)
            self._note("closed", str(answer.code))
        finally:
            self._talk, self.hang_up.disabled = None, True

    def _note(self, kind: str, text: str) -> None:
        with self._lock:
            self._said = [*self._said, (time.time(), kind, one_line(text, WIDTH))][-LINES:]
            rows = "".join(_row(*one) for one in self._said)
            self.lines.value = f"<div>{rows}</div>"


def _row(at: float, kind: str, text: str) -> str:
    moment = time.strftime("%H:%M:%S", time.localtime(at))
    return (
        f'<div class="said {_LOOKS[kind]}" data-kind="{kind}"><span class="muted">{moment}</span>'
        f"<b>{kind}</b><span>{escape(text)}</span></div>"
    )
