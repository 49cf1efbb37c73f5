"""The upstream of the notebook: a slow store of features, and a slow generator of texts.

    python -m labkit.labs.lab08_concurrency.feature_store

Every name has a value, but some names are trouble. `GET /seen` says how many connections and calls there were.
"""

from __future__ import annotations

import asyncio

from labkit.companions import leash
from labkit.companions.upstream import HANG_UP, Call, Reply, json_reply

LOOK_UP, WRITE = 0.3, 1.0
"""How long it takes to look a feature up, and to go on with a text, in seconds."""
WORDS = "and then the model said that it had seen all of this before in another training set"
TROUBLE = {
    "nobody": json_reply({"detail": "no row in table features_v2"}, 404),
    "broken": json_reply({"detail": "replica-7 of feature-db is out of memory"}, 500),
    "garbage": Reply(200, b"<html>welcome to nginx</html>", "text/html"),
    "rude": HANG_UP,
}
"""What some names come to."""
SILENT, DRIPPING = 30.0, 0.1
"""How long one name says nothing, and what lies between two bytes of another, in seconds."""


class Store:
    """What answers, and counts."""

    def __init__(self) -> None:
        self.generating = self.most = 0

    async def answer(self, call: Call) -> Reply:
        """Answer a request."""
        kind, _, name = call.path.removeprefix("/").partition("/")
        if kind == "features" and call.method == "GET":
            return await self._feature(name)
        if kind == "generate" and call.method == "POST":
            return await self._generate(call)
        return json_reply({"detail": "Not Found"}, 404)

    async def _feature(self, name: str) -> Reply:
        await asyncio.sleep(SILENT if name == "silent" else LOOK_UP)
        feature = json_reply({"name": name, "value": sum(map(ord, name)) % 97})
        if name == "dripping":
            return Reply(200, feature.body, every=DRIPPING)
        return TROUBLE.get(name, feature)

    async def _generate(self, call: Call) -> Reply:
        self.generating += 1
        self.most = max(self.most, self.generating)
        try:
            await asyncio.sleep(WRITE)
        finally:
            self.generating -= 1
        if not isinstance(call.body, dict) or not isinstance(prompt := call.body.get("prompt"), str):
            return json_reply({"detail": "there is no prompt"}, 422)
        start = len(prompt) % 5
        return json_reply({"text": f"{prompt} {' '.join(WORDS.split()[start : start + 8])}"})


if __name__ == "__main__":
    leash.main(Store().answer)
