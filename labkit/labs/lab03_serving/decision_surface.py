"""The decision surface: a flower is dragged over two of its measurements, and a server says what it is.

Every colour is an answer that came over HTTP: the plane from one POST /predict/batch, the flower from POST /predict. A
badge counts how often a live server's code has read the model from its file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from labkit.labs.lab03_serving.load_counter import Loads
from labkit.pictures.live import Tone
from labkit.pictures.plane import HEIGHT, WIDTH, Answer, Axis, Plane
from labkit.pictures.view import Picture

STEP = 0.1
SECONDS = 10.0
"""How long an answer is waited for."""


class DecisionSurface(Picture):
    """A plane with a flower on it, and sliders to move it.

    Attributes:
        flower: its measurements, in the order in which the model was trained on them.
        plane: the picture.
        requests: how many were sent.
    """

    def __init__(
        self, client: Callable[[], httpx.Client], loads: Loads | None = None, across: int = 2, up: int = 3
    ) -> None:
        """Draw the first picture.

        Args:
            client: returns the client of the server that is asked.
            loads: counts how often its code loads the model, where that can be counted.
            across: which measurement varies from left to right, from 0 on.
            up: which one from bottom to top.
        """
        from sklearn.datasets import load_iris

        known = load_iris()
        self.names = [name.removesuffix(" (cm)") for name in known.feature_names]
        self._known, self._classes = known.data, known.target
        self.flower = [round(float(value), 1) for value in self._known.mean(axis=0)]
        self.requests = 0
        self._problems: list[str] = []
        self._client, self._loads = client, loads
        self.plane = self.turn(across, up)

    @property
    def loads(self) -> int:
        """How often the server's code has read the model from its file; 0 where nobody counts."""
        return self._loads.count if self._loads else 0

    def turn(self, across: int, up: int) -> Plane:
        """Choose which two measurements vary, and ask for every place of the plane and for the flower."""
        self.across, self.up = across, up
        self.plane = Plane(self.axis(across), self.axis(up))
        columns = self._known[:, across], self._known[:, up], self._classes
        self.plane.known = [(float(x), float(y), int(number)) for x, y, number in zip(*columns, strict=True)]
        return self._ask(plane=True)

    def move(self, **values: float) -> Plane:
        """Move the flower: `move(petal_length=4.2)`. Only what has changed is asked for again."""
        places = {name.replace(" ", "_"): place for place, name in enumerate(self.names)}
        for name, value in values.items():
            self.flower[places[name]] = float(value)
        self.plane.across.value, self.plane.up.value = self.flower[self.across], self.flower[self.up]
        others = {places[name] for name in values} - {self.across, self.up}
        return self._ask(plane=bool(others))

    def _ask(self, plane: bool) -> Plane:
        """Ask the server, and put its answers into the picture."""
        picture, self._problems = self.plane, []
        took = []
        if plane:
            rows = [self._at(across, up) for across, up in picture.places()]
            body, seconds = self._post("/predict/batch", {"rows": rows})
            found = _answers(body.get("predictions"))
            picture.cells = found if len(found) == len(rows) else []
            took.append(f"{len(rows)} places in {1000 * seconds:.0f} ms")
        body, seconds = self._post("/predict", {"features": self.flower})
        picture.answer = next(iter(_answers([body])), None)
        took.append(f"the flower in {1000 * seconds:.0f} ms")
        picture.problem = "; ".join(self._problems)
        requests = f"{self.requests} request{'' if self.requests == 1 else 's'}"
        picture.badges = [(Tone.OFF, one) for one in (requests, *took)]
        if self._loads:
            loads = f"{self.loads} load{'' if self.loads == 1 else 's'} of the model"
            picture.badges.insert(0, (Tone.GOOD if self.loads == 1 else Tone.BAD, loads))
        return picture

    def _post(self, path: str, body: dict[str, Any]) -> tuple[dict[str, Any], float]:
        """Send a request; return the JSON object that came back, if one did, and how long that took."""
        self.requests += 1
        began = time.perf_counter()
        try:
            response = self._client().post(path, json=body, timeout=SECONDS)
            found = response.json() if response.status_code == 200 else None
            came = f"{response.status_code} {' '.join(response.text.split())[:80]}"
        except (httpx.HTTPError, ValueError) as problem:
            found, came = None, f"{type(problem).__name__}: {problem}"
        if not isinstance(found, dict):
            self._problems.append(f"POST {path}: {came}")
        return found if isinstance(found, dict) else {}, time.perf_counter() - began

    def _at(self, across: float, up: float) -> list[float]:
        """The flower, with the two measurements that vary."""
        row = list(self.flower)
        row[self.across], row[self.up] = across, up
        return row

    def axis(self, place: int) -> Axis:
        """From where to where a measurement goes, and its value for the flower."""
        low, high = float(self._known[:, place].min()), float(self._known[:, place].max())
        return Axis(f"{self.names[place]} in cm", round(low - 0.3, 1), round(high + 0.3, 1), self.flower[place])

    def html(self) -> str:
        """Return the picture as it is now."""
        return self.plane.html()

    def __str__(self) -> str:
        return str(self.plane)

    __repr__ = __str__

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """Show it with its sliders where there are widgets, else as it is now."""
        try:
            import ipywidgets  # noqa: F401 (looked for here, used in sliders)
        except ImportError:
            return super()._repr_mimebundle_(**options)
        shown = sliders(self)._repr_mimebundle_(**options)
        return {**shown, "text/plain": str(self), "text/html": self.html()}


def _answers(found: Any) -> list[Answer]:
    """Return what can be drawn of what came back."""
    answers = []
    for one in found if isinstance(found, Sequence) and not isinstance(found, str) else []:
        if isinstance(one, dict) and isinstance(number := one.get("class"), int):
            sure = one.get("confidence")
            answers.append(Answer(number, str(one.get("label", number)), sure if isinstance(sure, float) else None))
    return answers


def sliders(surface: DecisionSurface) -> Any:
    """Return a widget that shows the surface and asks the server again with every move."""
    import ipywidgets as widgets

    wide, slim = widgets.Layout(width=f"{WIDTH + 20}px"), widgets.Layout(width="26em")
    picture = widgets.HTML(surface.html())
    axes = {surface.names[place]: place for place in range(len(surface.names))}
    across = widgets.Dropdown(options=axes, value=surface.across, description="across", layout=slim)
    up = widgets.Dropdown(options=axes, value=surface.up, description="up", layout=slim)
    moved = widgets.VBox()

    def redraw() -> None:
        picture.value = surface.html()

    def lay_out() -> None:
        """Make a slider for each measurement: the two that vary along the plane, the others below."""
        made = {place: _slider(surface, place) for place in axes.values()}
        for place, slider in made.items():
            slider.observe(lambda change, place=place: move(place, change["new"]), "value")
        rest = [slider for place, slider in made.items() if place not in (surface.across, surface.up)]
        upright = made[surface.up]
        upright.orientation, upright.layout = "vertical", widgets.Layout(height=f"{HEIGHT + 30}px", width="7em")
        made[surface.across].layout = wide
        below = widgets.VBox([picture, made[surface.across], *rest])
        moved.children = [widgets.HBox([upright, below])]

    def move(place: int, value: float) -> None:
        surface.move(**{surface.names[place].replace(" ", "_"): value})
        redraw()

    def turn(_: Any) -> None:
        if across.value != up.value:
            surface.turn(across.value, up.value)
            lay_out()
            redraw()

    across.observe(turn, "value")
    up.observe(turn, "value")
    lay_out()
    return widgets.VBox([widgets.HBox([across, up]), moved])


def _slider(surface: DecisionSurface, place: int) -> Any:
    import ipywidgets as widgets

    axis: Axis = surface.axis(place)
    return widgets.FloatSlider(
        value=surface.flower[place],
        min=axis.low,
        max=axis.high,
        step=STEP,
        description=surface.names[place],
        readout_format=".1f",
        style={"description_width": "initial"},
        layout={"width": "26em"},
    )
