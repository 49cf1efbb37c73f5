"""The button that stops a load, where the notebook has widgets and lets them work while a cell runs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from labkit.pictures.live import Screen


@contextlib.contextmanager
def stop_button(stop: Callable[[], object], label: str = "Stop") -> Iterator[None]:
    """Show a button that calls `stop`, until the block ends; without widgets, show nothing.

    JupyterLab hands a click to a second thread of the kernel, so it works while the cell still runs. Where it does not,
    the cell can be interrupted instead, which does the same.
    """
    screen = Screen.there_is()
    if screen is None:
        yield
        return
    try:
        from ipywidgets import Button
    except ImportError:
        yield
        return
    button = Button(description=label, icon="stop", tooltip="Send no more requests")

    def clicked(_: object) -> None:
        button.disabled, button.description = True, "Stopping"
        stop()

    button.on_click(clicked)
    screen.put(button._repr_mimebundle_())
    # ipykernel sends a click to the thread that last spoke to the button, which waits in the cell. Without this note it
    # goes where JupyterLab has sent it, to a thread of its own.
    vars(button.comm).pop("_reply_subshell_id", None)
    try:
        yield
    finally:
        screen.put({"text/plain": "", "text/html": ""})  # what is gone is not kept in the notebook
        button.close()
