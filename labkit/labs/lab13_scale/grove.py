"""The models behind the gateway of the notebook: three servers, each with a mood that a cell can change.

    python -m labkit.labs.lab13_scale.grove

Each answers `POST /predict` as in lab 03. `POST /mood` with a word changes how, and `GET /seen` counts.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import socket
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from labkit.companions.leash import hold
from labkit.companions.upstream import HANG_UP, Call, Reply, Upstream, json_reply

PLACES = {"setosa": (5.0, 3.4, 1.5, 0.2), "versicolor": (5.9, 2.8, 4.3, 1.3), "virginica": (6.6, 3.0, 5.6, 2.0)}
"""Where the classes have their middle."""
SURE = {"ash": 0.5, "birch": 1.0, "cedar": 2.0}
"""How sure each model is of what is near."""
WORK, SILENT, DRIPPING = 0.2, 20.0, 0.02
"""How long an answer takes, how long a silent model says nothing, and what lies between two bytes, in seconds."""


def main() -> None:
    """Answer until the kernel ends; say where, as MODEL_URLS has it."""
    with ExitStack() as stack:
        trees = {name: Tree(sure) for name, sure in SURE.items()}
        print(json.dumps({name: stack.enter_context(tree).url for name, tree in trees.items()}), flush=True)
        hold(os.getppid())


class Tree(Upstream):
    """One model."""

    def __init__(self, sure: float) -> None:
        """Listen."""
        super().__init__(socket.create_server(("127.0.0.1", 0)), otherwise=self._answer)
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self._sure, self._mood = sure, "well"

    async def _answer(self, call: Call) -> Reply:
        if call.path == "/mood":
            self._mood = str(call.body)
            return json_reply({"mood": self._mood})
        if call.path == "/seen":
            asked = sum(one.path == "/predict" for one in self.calls)
            return json_reply({"connections": self.connections, "calls": asked})
        return await self._predict(call)

    async def _predict(self, call: Call) -> Reply:
        await asyncio.sleep(SILENT if self._mood == "silent" else WORK)
        found = json_reply(self._prediction(call.body))
        return {
            "failing": replace(found, status=500),
            "rude": HANG_UP,
            "garbage": Reply(200, b"<h1>welcome to nginx</h1>", "text/html"),
            "dripping": replace(found, every=DRIPPING),
            "shy": json_reply({"label": "setosa"}),
        }.get(self._mood, found)

    def _prediction(self, body: Any) -> dict[str, Any]:
        row = body["features"]
        scores = {name: math.exp(-self._sure * math.dist(row, middle)) for name, middle in PLACES.items()}
        shares = {name: round(score / sum(scores.values()), 3) for name, score in scores.items()}
        best = max(shares, key=lambda name: shares[name])
        names = list(shares)
        return {"class": names.index(best), "label": best, "confidence": shares[best], "probabilities": shares}


if __name__ == "__main__":
    main()
