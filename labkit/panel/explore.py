"""The tab Explore: a form for every operation that the live server describes, and what it answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from html import escape
from typing import Any

import httpx
import ipywidgets as widgets

from labkit.checks.api import SECONDS
from labkit.http import event_stream
from labkit.http.event_stream import Event, Opened
from labkit.live.server import Server
from labkit.openapi.fields import fields
from labkit.openapi.refusals import faults
from labkit.panel import request as asking
from labkit.panel import response as answer
from labkit.panel.form import Form
from labkit.panel.request import Upload
from labkit.panel.schema import NoSchema, Schema, operations

STREAM = 120.0
"""How long a stream of events is followed, in seconds."""
_COPY = (
    "const text = this.nextElementSibling.textContent, say = () => { this.textContent = 'copied';"
    " setTimeout(() => this.textContent = 'copy', 1500) };"
    "if (navigator.clipboard) navigator.clipboard.writeText(text).then(say);"
    "else { getSelection().selectAllChildren(this.nextElementSibling); document.execCommand('copy'); say() }"
)
"""What a click on `copy` does in the browser; without https a page may only copy what is selected."""

STOPPED = "stopped: nobody waits for the answer any more, though the function goes on until it returns"
"""What is said of a request that was ended while it was waited for."""


class Explore:
    """Operations on the left; on the right the form of the chosen one, the answer, and the request to take along."""

    title = "Explore"

    def __init__(self, server: Server, schema: Schema, client: Callable[[], httpx.Client]) -> None:
        """Explore this server, with the client that the function returns."""
        self._server, self._schema, self._client = server, schema, client
        self._seen = -1
        self._left = threading.Event()
        self._document: Any = {}
        self._typed: dict[tuple[str, str], dict[tuple[str, ...], str | Upload]] = {}
        self.form: Form | None = None
        self.operations = widgets.ToggleButtons(options=[], style={"button_width": "auto"})
        self.operations.add_class("operations")
        self.operations.observe(lambda change: self._choose(), "value")
        self.send = widgets.Button(description="Send", icon="paper-plane", button_style="primary")
        self.send.on_click(lambda button: self._send_or_stop())
        self._stop: Callable[[], None] | None = None
        self.answer, self.take_along, self.problem = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self._place = widgets.VBox([])
        self._buttons = widgets.HBox([self.send])
        self._right = widgets.VBox([self._place, self._buttons, self.answer, self.take_along])
        self._right.add_class("request")
        both = widgets.HBox([self.operations, self._right])
        both.add_class("explore")
        self._both = both
        self.widget = widgets.VBox([self.problem, both])

    def refresh(self) -> None:
        """Read the schema anew if the server serves something else than when it was last read."""
        if self._seen == self._server.changes:
            return
        self._seen = self._server.changes
        try:
            self._document = self._schema.document()
            said = ""
        except NoSchema as problem:
            self._document, said = {}, f'<div class="muted">{escape(str(problem))}</div>'
        self.problem.value = said
        chosen = self.operations.value
        listed = operations(self._document)
        self._keep()
        self.form = None
        self.operations.options = [(f"{method:<7}{path}", (method, path)) for method, path in listed]
        if listed:
            self.operations.value = chosen if chosen in listed else listed[0]
        self._both.layout.display = None if listed else "none"
        self._choose()

    def ask(self) -> threading.Thread | None:
        """Send what the form says, from a thread: a server that hangs must not hold the notebook."""
        if self.form is None:
            return None
        self._left.clear()
        self.send.description, self.send.icon, self.send.button_style = "Stop", "stop", ""
        sending = threading.Thread(target=self._ask, args=[self.form], name="labkit-panel-request", daemon=True)
        sending.start()
        return sending

    def _ask(self, asked: Form) -> None:
        begun = time.perf_counter()
        try:
            wanted = asked.asked()
            request = self._client().build_request(wanted.method, wanted.path, **wanted.sent)
            with event_stream.opened(self._client(), request, SECONDS, STREAM, self._may_stop) as opened:
                if opened.streams:
                    said = self._follow(opened)
                else:
                    content = opened.body()
                    said = answer.html(opened.response, content, 1000 * (time.perf_counter() - begun))
                    asked.mark(list(faults(opened.response.status_code, answer.body(content))))
        except TimeoutError:
            said = answer.failed(STOPPED if self._left.is_set() else f"no answer within {SECONDS:g} s")
        except Exception as problem:  # noqa: BLE001 (whatever is wrong with what was typed, the panel says so and goes on)
            said = answer.failed(self._server.problem or f"{type(problem).__name__}: {problem}")
        finally:
            self._stop = None
            self.send.description, self.send.icon, self.send.button_style = "Send", "paper-plane", "primary"
        self.answer.value = said

    def _follow(self, opened: Opened) -> str:
        """Show each event when it comes, until the stream ends or is left; return the last form of it."""
        self.send.description = "Leave"
        began, came, state = time.monotonic(), list[Event](), "the stream has ended"
        try:
            for event in opened.events():
                came.append(event)
                self.answer.value = answer.stream(opened.response, came, began, "it goes on")
        except TimeoutError:
            state = "you have left it" if self._left.is_set() else f"it was left after {STREAM:g} s"
        return answer.stream(opened.response, came, began, state)

    def _send_or_stop(self) -> None:
        if self.send.description == "Send":
            self.ask()
        elif self._stop:
            self._left.set()
            self._stop()

    def _may_stop(self, stop: Callable[[], None]) -> None:
        self._stop = stop

    def _choose(self) -> None:
        """Draw the form of the chosen operation, with what was typed there before."""
        chosen = self.operations.value
        if chosen is None or (self.form and (self.form.method, self.form.path) == chosen):
            return
        self._keep()
        method, path = chosen
        kind = asking.media(self._document, method, path)
        self.form = Form(method, path, kind, fields(self._document, method, path), self._write_down)
        self.form.fill(self._typed.get(chosen, {}))
        self._place.children = [self.form.widget]
        self._buttons.children = [self.send, self.form.raw] if self.form.takes_json else [self.send]
        self.answer.value = ""
        self._write_down()

    def _keep(self) -> None:
        if self.form:
            said = {field.loc: text for field, text in self.form.said if text != asking.start(field)}
            self._typed[self.form.method, self.form.path] = said

    def _write_down(self) -> None:
        """Show the request as it can be sent from elsewhere; curl and Python run on the machine of the server."""
        if self.form is None or not self._server.running:
            return
        asked, url = self.form.asked(), self._server.url
        parts = [("curl", asked.curl(url)), ("httpx", asked.httpx(url))]
        self.take_along.value = "".join(_copyable(name, text) for name, text in parts)


def _copyable(name: str, text: str) -> str:
    return (
        f'<div class="copyable" data-form="{name}"><b>{name}</b>'
        f'<button type="button" onclick="{escape(_COPY)}">copy</button><pre>{escape(text)}</pre></div>'
    )
