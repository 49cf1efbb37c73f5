"""The constraint explorer: a line for each field of a request, and the server's answer each time one of them is moved.

In a notebook it is made of widgets; everywhere else it is a table of the fields, their bounds and the last answer.
"""

from __future__ import annotations

import json
import math
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets

from labkit.explorer.exploration import Exploration, as_json
from labkit.openapi.fields import Field
from labkit.pictures.view import Picture, framed
from labkit.verdict import Outcome

_STYLE = Path(__file__).with_name("explorer.css").read_text(encoding="utf-8")
_MARGIN = 0.2
"""How far a slider goes past a bound, as a share of what lies between the bounds."""


class Explorer(Picture):
    """A request that can be changed field by field."""

    def __init__(self, exploration: Exploration) -> None:
        """Show this request."""
        self.exploration = exploration

    def html(self) -> str:
        """Return the table of fields with the last answer, for where there are no widgets."""
        rows = "".join(self._row(field) for field in self.exploration.fields)
        return framed(
            [_head(self.exploration), f'<table class="fields">{rows}</table>', _wire(self.exploration)], _STYLE
        )

    def __str__(self) -> str:
        seen = self.exploration
        if seen.problem:
            return f"{seen.request}: {seen.problem}"
        wide = max([len(field.name) for field in seen.fields], default=0)
        lines = [f"{seen.request}: {seen.answer.status or 'no answer'}"]
        for field in seen.fields:
            sign = "✗" if seen.marks(field) else " "
            lines.append(f"{sign} {field.name:<{wide}}  {_value(seen, field):<12}  {_allowed(field)}".rstrip())
            lines += [f"  {'':<{wide}}  {fault}" for fault in seen.marks(field)]
        lines += [f"✗ {fault}" for fault in seen.others()]
        return "\n".join([*lines, f"  in   {seen.line}", f"  out  {_out(seen)}"])

    __repr__ = __str__

    @cached_property
    def widget(self) -> ipywidgets.VBox:
        """The widgets, made when they are first shown."""
        return _Panel(self.exploration).box

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        forms: dict[str, Any] = {"text/plain": str(self), "text/html": self.html()}
        if not self.exploration.problem:
            shown = self.widget._repr_mimebundle_(**options)
            forms |= {kind: form for kind, form in shown.items() if "widget-view" in kind}
        return forms

    def _row(self, field: Field) -> str:
        marks = self.exploration.marks(field)
        said = "<br>".join(f"✗ {escape(str(fault))}" for fault in marks)
        cells = f'<td><b>{escape(field.name)}</b></td><td class="value">{escape(_value(self.exploration, field))}</td>'
        cells += f'<td>{escape(_allowed(field))}</td><td class="fault">{said}</td>'
        return f'<tr data-field="{escape(field.name)}">{cells}</tr>'


class _Panel:
    """The widgets of an exploration, kept in step with it."""

    def __init__(self, exploration: Exploration) -> None:
        self._seen = exploration
        self._head, self._foot = ipywidgets.HTML(), ipywidgets.HTML()
        self._rows = [_Row(exploration, field, self.draw) for field in exploration.fields]
        style = ipywidgets.HTML(framed([], _STYLE), layout={"display": "none"})
        self.box = ipywidgets.VBox([style, self._head, *(row.box for row in self._rows), self._foot])
        self.box.add_class("labkit-explorer")
        self.draw()

    def draw(self) -> None:
        """Show the last answer, everywhere."""
        self._head.value = _part(_head(self._seen))
        self._foot.value = _part(_wire(self._seen))
        for row in self._rows:
            row.draw()


class _Row:
    """The line of one field: whether it is sent, its name and bounds, a control, and its value as JSON."""

    def __init__(self, exploration: Exploration, field: Field, drawn: Any) -> None:
        self._seen, self._field, self._drawn = exploration, field, drawn
        self._moving = False
        name, text = field.name, exploration.texts[field.name]
        self._tick = ipywidgets.Checkbox(
            name in exploration.sent,
            indent=False,
            disabled=field.where == "path",
            tooltip=f"send {name}",
            layout={"width": "26px"},
        )
        self._what = ipywidgets.HTML(layout={"flex": "1 1 0", "min_width": "0"})
        self._text = ipywidgets.Text(text, continuous_update=False, layout={"width": "190px"})
        self._control = _control(field, text)
        self._tick.observe(self._on_tick, "value")
        self._text.observe(self._on_text, "value")
        middle = [self._control] if self._control else [ipywidgets.HTML(layout={"width": "230px"})]
        if self._control:
            self._control.observe(self._on_control, "value")
        self.box = ipywidgets.HBox([self._tick, self._what, *middle, self._text], layout={"align_items": "center"})

    def draw(self) -> None:
        """Show what the last answer says of this field."""
        marks = self._seen.marks(self._field)
        said = "<br>".join(f'<span class="fault">✗ {escape(str(fault))}</span>' for fault in marks)
        below = said or f'<span class="muted">{escape(_allowed(self._field))}</span>'
        look = Outcome.INCORRECT if marks else Outcome.CORRECT
        name = f'<b title="{escape(self._field.description)}">{escape(self._field.name)}</b>'
        self._what.value = _part(
            f'<div class="what {look}" data-field="{escape(self._field.name)}">{name}<br>{below}</div>'
        )

    def _on_tick(self, change: Any) -> None:
        if not self._moving:
            self._seen.leave_out(self._field.name, not change.new)
            self._drawn()

    def _on_text(self, change: Any) -> None:
        if not self._moving:
            self._put(change.new, self._text)

    def _on_control(self, change: Any) -> None:
        if self._moving or change.new is None:
            return
        if isinstance(change.new, str):
            self._put(change.new, self._control)
        elif (number := _snapped(change.new, self._control.step)) != _snapped(change.old, self._control.step):
            self._put(json.dumps(number), self._control)

    def _put(self, text: str, origin: Any) -> None:
        """Send a new value, and bring the other control in step without sending it again."""
        self._seen.put(self._field.name, text)
        self._moving = True
        try:
            self._tick.value = True
            if origin is not self._text:
                self._text.value = text
            elif self._control:
                _move(self._control, as_json(text))
        finally:
            self._moving = False
        self._drawn()


def _control(field: Field, text: str) -> Any:
    """Return a slider or a list for a field, if there is one that fits; None if its text has to do."""
    layout = {"width": "230px"}
    if words := [*field.choices, *([True, False] if field.kind == "boolean" and not field.choices else [])]:
        options = [json.dumps(word) for word in (*words, *([None] if field.nullable else []))]
        return ipywidgets.Dropdown(options=options, value=text if text in options else None, layout=layout)
    if field.kind not in ("integer", "number"):
        return None
    low, high, step = scale(field)
    if not step:
        return None
    kind = ipywidgets.IntSlider if field.kind == "integer" else ipywidgets.FloatSlider
    slider = kind(min=low, max=high, step=step, readout=False, layout=layout)
    _move(slider, text)
    return slider


def scale(field: Field) -> tuple[float, float, float]:
    """Return where a number's slider begins and ends, past its bounds, and its step; a step of 0 if none will do."""
    low, high, start = field.minimum, field.maximum, field.start
    start = start if isinstance(start, int | float) else 0
    reach = 2 * max(abs(start - (low if low is not None else high or 0)), 10)
    first = low if low is not None else (start if high is None else high) - reach
    last = high if high is not None else (start if low is None else low) + reach
    margin = (last - first) * _MARGIN or 1
    begin, end = first - margin * (low is not None), last + margin * (high is not None)
    if not math.isfinite(end - begin):
        return begin, end, 0
    if field.kind == "integer":
        return math.floor(min(begin, first - 1)), math.ceil(max(end, last + 1)), 1
    step = 10.0 ** math.floor(math.log10((end - begin) / 200))
    return math.floor(begin / step) * step, math.ceil(end / step) * step, step


def _snapped(number: float, step: float) -> float:
    """Return a slider's number as a person would write it; what a browser makes of 48000 is 47999.999999999985."""
    exact = round(round(number / step) * step, 12)
    return int(exact) if exact == int(exact) else exact


def _move(control: Any, text: str) -> None:
    """Bring a control to a value, as far as it reaches."""
    if isinstance(control, ipywidgets.Dropdown):
        control.value = text if text in control.options else None
        return
    value = json.loads(text)
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        within = min(max(value, control.min), control.max)
        control.value = _snapped(within, control.step)  # a browser would move it there, and that would be sent


def _allowed(field: Field) -> str:
    """Say in words what a field may be."""
    kind = "" if field.choices or field.kind == "any" else field.kind
    said = " ".join(filter(None, [kind, field.bounds])) or "anything"
    where = "" if field.where == "body" else f", in the {field.where}"
    return f"{said}{where}{'' if field.required else ', may be left out'}"


def _value(seen: Exploration, field: Field) -> str:
    return seen.texts[field.name] if field.name in seen.sent or field.where == "path" else "left out"


def _out(seen: Exploration) -> str:
    return f"{seen.answer.status or 'no answer'} {' '.join(seen.answer.text.split())}"


def _head(seen: Exploration) -> str:
    look = Outcome.CORRECT if seen.answer.well else Outcome.INCORRECT
    status = f"{'✓' if seen.answer.well else '✗'} {seen.answer.status or 'no answer'}"
    words = escape(seen.problem) if seen.problem else f'<span class="end status">{status}</span>'
    return f'<div class="head {look}"><b>Constraint explorer</b><code>{escape(seen.request)}</code>{words}</div>'


def _wire(seen: Exploration) -> str:
    if seen.problem:
        return ""
    faults = "".join(f'<div class="fault">✗ {escape(str(fault))}</div>' for fault in seen.others())
    lines = (("in", seen.line), ("out", _out(seen)))
    return faults + "".join(f'<div class="wire"><b>{name}</b><span>{escape(text)}</span></div>' for name, text in lines)


def _part(html: str) -> str:
    return f'<div class="labkit">{html}</div>'
