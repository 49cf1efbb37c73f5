"""Lab 09 in a notebook."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from labkit.labs.lab09_media import slate, waterfall
from labkit.labs.lab09_media.slate import Slate
from labkit.labs.lab09_media.waterfall import Waterfall
from labkit.notebook import lab
from labkit.setup import training


class Lab(lab.Lab):
    """The lab on media: a digit can be drawn for the live server, and its tokens seen as they come."""

    def __init__(self, name: str) -> None:
        """Open the lab, and tell its module which pages are the notebook's own."""
        if origins := ",".join(dict.fromkeys(_origins())):
            os.environ.setdefault("ALLOWED_ORIGINS", origins)
        super().__init__(name)

    def slate(self, digit: int = 0) -> Slate:
        """Draw a digit by hand, and see what the live server says of it while the hand moves.

        Args:
            digit: what is on the slate at first, one of the 1797 digits of scikit-learn.
        """
        self.refresh()
        model = Path(os.environ.get("MODEL_PATH", training.folder() / "digits.joblib"))
        return Slate(self.api, self.server.link, model, slate.written(digit))

    def waterfall(self, prompt: str = "the sea", count: int = 20, cut: int | None = None) -> Waterfall:
        """Ask the live server for a text, and draw when each token was made and when it arrived.

        Args:
            prompt: the prompt.
            count: how many tokens.
            cut: after how many tokens the line is cut for a moment, and taken up again.
        """
        self.refresh()
        picture = waterfall.Waterfall(count)
        with picture.live():
            return picture.take(self.api, self._made, prompt, cut)

    def _made(self) -> int:
        """How many tokens the served module has made, as it stands in the module itself."""
        number: Any = getattr(sys.modules.get(self.module.lab), "made", 0)
        return number if isinstance(number, int) else 0


def _origins() -> Iterator[str]:
    """The origins that a page of the Jupyter servers on this machine may have, and that of a hub."""
    from jupyter_server.serverapp import list_running_servers

    with contextlib.suppress(OSError, ValueError):
        for server in list_running_servers():
            for host in ("localhost", "127.0.0.1"):
                yield f"http://{host}:{server['port']}"
    if hub := os.environ.get("JUPYTERHUB_PUBLIC_URL"):
        parts = urlsplit(hub)
        yield f"{parts.scheme}://{parts.netloc}"
