"""The bench with its buttons: the claims can be edited, and each attack is fired anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from labkit.labs.lab11_security.attacks import ATTACKS
from labkit.labs.lab11_security.bench import LOOK, NEW_SEAL, OLD_SEAL, Bench
from labkit.pictures.view import framed

AGAIN = "time the logins"


class Workbench(Bench):
    """A bench that has buttons where there are widgets."""

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        forms: dict[str, Any] = {"text/plain": str(self), "text/html": self.html()}
        shown = _panel(self)._repr_mimebundle_(**options)
        return forms | {kind: form for kind, form in shown.items() if "widget-view" in kind}


def _panel(bench: Bench) -> Any:
    import ipywidgets

    token, table = ipywidgets.HTML(), ipywidgets.HTML()
    claims = ipywidgets.Textarea(bench.edited, rows=8, layout={"width": "auto", "max_width": "44rem"})

    def draw() -> None:
        token.value = framed([bench.token_html()], LOOK)
        table.value = framed([bench.table_html(), bench.logins.html()], LOOK)

    def act(does: Callable[[], Any], _: Any) -> None:
        bench.edited = claims.value
        does()
        draw()

    def button(name: str, does: Callable[[], Any]) -> Any:
        made = ipywidgets.Button(description=name, layout={"width": "auto"})
        made.on_click(partial(act, does))
        return made

    attacks = [button(name, partial(bench.fire, name)) for name in ATTACKS]
    edits = [button(name, partial(bench.fire, name)) for name in (OLD_SEAL, NEW_SEAL)]
    flow = {"flex_flow": "row wrap"}
    draw()
    return ipywidgets.VBox(
        [
            token,
            ipywidgets.HBox(attacks, layout=flow),
            claims,
            ipywidgets.HBox([*edits, button(AGAIN, bench.time)], layout=flow),
            table,
        ]
    )
