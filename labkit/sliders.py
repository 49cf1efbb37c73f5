"""The sliders of the decision surface: beside and below the plane those that move the flower, and two for the rest."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from labkit.pictures.plane import HEIGHT, WIDTH, Axis
from labkit.surface import STEP, DecisionSurface

_WIDE = widgets.Layout(width=f"{WIDTH + 20}px")
_SLIM = widgets.Layout(width="26em")


def sliders(surface: DecisionSurface) -> Any:
    """Return a widget that shows the surface and asks the server again with every move."""
    picture = widgets.HTML(surface.html())
    axes = {surface.names[place]: place for place in range(len(surface.names))}
    across = widgets.Dropdown(options=axes, value=surface.across, description="across", layout=_SLIM)
    up = widgets.Dropdown(options=axes, value=surface.up, description="up", layout=_SLIM)
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
        upright.orientation, upright.layout = "vertical", widgets.Layout(height=f"{HEIGHT + 30}px", width="5em")
        made[surface.across].layout = _WIDE
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
    axis: Axis = surface.axis(place)
    return widgets.FloatSlider(
        value=surface.flower[place],
        min=axis.low,
        max=axis.high,
        step=STEP,
        description=surface.names[place],
        readout_format=".1f",
        style={"description_width": "initial"},
        layout=_SLIM,
    )
