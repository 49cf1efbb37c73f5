"""The form of one operation: a row for each field, with what its schema says about it, or the body as raw JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

import ipywidgets as widgets

from labkit.openapi.fields import MISSING, Field
from labkit.openapi.refusals import Fault
from labkit.panel import request
from labkit.panel.request import Asked, Upload

_LONG = {"object", "any"}
"""What gets several lines to write in."""


class Row:
    """One field: its name, what is typed, and a note, which is its schema's or says why the value was refused."""

    def __init__(self, field: Field, changed: Callable[[Any], None]) -> None:
        """Begin with what the field starts with; `changed` is called with every key."""
        self.field = field
        options = {"description": field.name, "value": request.start(field), "placeholder": _placeholder(field)}
        if field.kind == "file":
            self.input = widgets.FileUpload(description=f"{field.name}: choose a file")
        elif field.kind in _LONG:
            self.input = widgets.Textarea(rows=3, **options)
        elif field.choices or field.kind == "boolean":
            choices = field.choices or (True, False)
            self.input = widgets.Combobox(options=[request.shown(choice) for choice in choices], **options)
        else:
            self.input = widgets.Text(**options)
        self.input.observe(changed, "value")
        self.note = widgets.HTML(_note(field))
        self.widget = widgets.HBox([self.input, self.note])
        self.mark("")

    @property
    def said(self) -> str | Upload:
        """What was typed, or the file that was chosen; empty if nothing was."""
        if self.field.kind != "file":
            return str(self.input.value)
        return next((Upload(one["name"], bytes(one["content"]), one["type"]) for one in self.input.value), "")

    def fill(self, text: str | Upload) -> None:
        """Put a text into the field; a browser lets nobody choose a file but the one who sits before it."""
        if isinstance(text, str) and self.field.kind != "file":
            self.input.value = text

    def mark(self, refused: str) -> None:
        """Say why the value was refused; with an empty text, say what the field takes."""
        self.widget._dom_classes = ("row", "refused") if refused else ("row",)
        self.note.value = f"<b>✗ {escape(refused)}</b>" if refused else _note(self.field)


class Form:
    """The rows of one operation, and its body as raw JSON where somebody would rather write that."""

    def __init__(
        self, method: str, path: str, media: str, fields: Iterable[Field], changed: Callable[[], None] = lambda: None
    ) -> None:
        """Draw the fields of an operation; `media` is the content type of its body."""
        self.method, self.path, self.media = method, path, media
        self._changed = changed
        self.rows = [Row(field, lambda change: changed()) for field in fields]
        self._body = [row for row in self.rows if row.field.where == "body"]
        self.raw = widgets.ToggleButton(description="raw JSON", tooltip="write the whole body yourself")
        self.raw.observe(self._turn, "value")
        self.text = widgets.Textarea(rows=8, description="body")
        self.text.observe(lambda change: changed(), "value")
        self.refusal = widgets.HTML()
        self.widget = widgets.VBox([])
        self.widget.add_class("form")
        self._arrange()

    @property
    def takes_json(self) -> bool:
        """Whether its body can be written as raw JSON."""
        return bool(self._body) and "json" in self.media

    @property
    def said(self) -> list[tuple[Field, str | Upload]]:
        """Each field, and what it says."""
        return [(row.field, row.said) for row in self.rows]

    def asked(self) -> Asked:
        """The request that the form describes."""
        return request.ask(self.method, self.path, self.media, self.said, self.text.value if self.raw.value else None)

    def fill(self, said: dict[tuple[str, ...], str | Upload]) -> None:
        """Put texts into the fields of these places."""
        for row in self.rows:
            row.fill(said.get(row.field.loc, row.said))

    def mark(self, faults: Sequence[Fault]) -> None:
        """Mark the fields that a refusal names; the rows of all others are as they were."""
        for row in self.rows:
            row.mark("; ".join(fault.message for fault in faults if fault.within(row.field.loc)))
        of_body = [str(fault) for fault in faults if fault.within(("body",))]
        self.refusal.value = f"<b>✗ {escape('; '.join(of_body))}</b>" if of_body else ""

    def _turn(self, change: Any) -> None:
        if self.raw.value:
            self.text.value = request.body_text(self.said, self.media)
        self._arrange()
        self._changed()

    def _arrange(self) -> None:
        """Show the rows, and of the body either its rows or its text."""
        shown = [row.widget for row in self.rows if not (self.raw.value and row in self._body)]
        shown += [self.text, self.refusal] if self.raw.value else []
        self.widget.children = shown or [widgets.HTML('<span class="muted">This request takes no values.</span>')]


def _placeholder(field: Field) -> str:
    if field.examples:
        return f"for example {request.shown(field.examples[0])}"
    return "" if field.required else "not sent"


def _note(field: Field) -> str:
    """Say where a field belongs, what it takes, and what the server does without it."""
    kind = f"{field.kind} of {field.item.kind}s" if field.item else field.kind
    facts = [kind, field.bounds]
    if field.required:
        facts.append("required")
    elif field.default is not MISSING:
        facts.append(f"default {request.shown(field.default)}")
    words = f'<span class="words">{escape(field.description)}</span>' if field.description else ""
    said = f"<i>{field.where}</i> {escape(', '.join(filter(None, facts)))}"
    return f'<span class="note">{said}</span>{words}'
