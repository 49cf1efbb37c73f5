"""What checks hold two versions of a prediction to: their answers, how the old one says that it ends, who chooses."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from labkit.checks.api import Api, Reply
from labkit.checks.predictions import Known, expect_calls
from labkit.checks.running import Running
from labkit.labs.lab10_design.registry import JSON
from labkit.openapi.schemas import mapping

V1, V2, ANY = "/v1/predict", "/v2/predict", "/predict"
ENDING = ("Deprecation", "Sunset", "Link")
SINCE = re.compile(r"@([0-9]{1,12})")
SUCCESSOR = re.compile(r'<[^>]*/v2/predict>\s*;.*\brel="?successor-version"?', re.DOTALL)
VARY = "the same URL answers in two ways: Vary names the header that decides, or a cache mixes the two up"


@dataclass(frozen=True)
class Versions:
    """What the two versions have to say, by a model that the check knows."""

    known: Known

    def ask(self, api: Api, path: str, row: Sequence[float], version: str | None = None) -> Reply:
        """Send a row, by a version's URL or by the header."""
        headers = {} if version is None else {"API-Version": version}
        reply = api.post(path, json={"features": list(row)}, headers=headers)
        if path == ANY:
            reply.sent += f", API-Version: {version}" if version is not None else ", no API-Version"
        return reply

    def first(self, reply: Reply, row: Sequence[float], advice: str | None = None) -> None:
        """Expect what version 1 says, and that it says when it ends."""
        reply.expect(200, {"class": self.known.prediction(row)["class"]}, advice=advice)
        since, sunset, link = (reply.headers.get(name, "") for name in ENDING)
        if not (found := SINCE.fullmatch(since)):
            reply.fail("200 with Deprecation: @ and seconds, as in END_OF_V1", got=_shown("Deprecation", since))
        if not _is_after(sunset, int(found[1])):
            reply.fail("200 with Sunset: a date of HTTP, after Deprecation", got=_shown("Sunset", sunset))
        if not SUCCESSOR.search(link):
            reply.fail('200 with Link: </v2/predict>; rel="successor-version"', got=_shown("Link", link))

    def second(self, reply: Reply, row: Sequence[float]) -> None:
        """Expect what version 2 says, and no word of an end."""
        wanted = self.known.prediction(row)
        found = reply.json if isinstance(reply.json, dict) else {}
        if reply.status != 200 or found.keys() != {"label", "confidence", "model_version"}:
            names = {name: wanted[name] for name in ("label", "model_version")}
            reply.fail(f'200 {{"confidence": ..., {json.dumps(names)[1:]}')
        self.known.expect_confidence(reply, row)
        for name in ("label", "model_version"):
            if found[name] != wanted[name]:
                reply.fail(f'200 with "{name}": {json.dumps(wanted[name])}')
        for name in ENDING:
            if name in reply.headers:
                reply.fail(f"200 without {name}, since version 2 goes on", got=_shown(name, reply.headers[name]))

    def by_header(self, api: Api, row: Sequence[float]) -> None:
        """Expect each version by the header, and version 1 without it."""
        newest = "who sends no version was written before there were two: it means the first one"
        self.first(self.ask(api, ANY, row, "1"), row)
        self.second(self.ask(api, ANY, row, "2"), row)
        reply = self.ask(api, ANY, row)
        newer = isinstance(reply.json, dict) and "label" in reply.json
        self.first(reply, row, newest if newer else None)

    def other_values(self, api: Api, values: Sequence[str], row: Sequence[float]) -> None:
        """Expect 400 naming 1 and 2 for any other value."""
        for value in values:
            reply = self.ask(api, ANY, row, value)
            advice = "with `else` any typo is a version: ask for 1, for 2, and refuse the rest"
            reply.refuse("1", "2", status=400, advice=advice if reply.status == 200 else None)

    def varies(self, api: Api, row: Sequence[float]) -> None:
        """Expect Vary to name the header that decides."""
        for version in ("1", "2", None):
            reply = self.ask(api, ANY, row, version).expect(200)
            if "api-version" not in tokens(reply, "Vary"):
                reply.fail("200 with API-Version in Vary", VARY, got=_shown("Vary", reply.headers.get("Vary", "")))

    def calls(self, server: Running, row: Sequence[float]) -> None:
        """Expect one call of the model for each request, and none for one that is refused."""
        for path, version in ((V1, None), (V2, None), (ANY, "1"), (ANY, "2")):
            server.events()
            reply = self.ask(server.api, path, row, version).expect(200)
            expect_calls(reply, server.events(), 1)
        server.events()
        reply = self.ask(server.api, ANY, row, "7")
        if reply.status >= 400 and any(event.startswith("predict") for event in server.events()):
            reply.fail("no call of the model for a request that is refused", got="a call of it")


def refused(api: Api) -> None:
    """Expect anything but four finite numbers to be refused on each path."""
    for path in (V1, V2, ANY):
        for text in ("[1, 2, 3]", "[1, 2, 3, NaN]", "[1, 2, 3, Infinity]", "[-Infinity, 2, 3, 4]"):
            api.post(path, content=f'{{"features": {text}}}', headers=JSON).refuse("features")


def marked(api: Api) -> None:
    """Expect version 1, and not version 2, to be marked as deprecated in the OpenAPI document."""
    reply = api.get("/openapi.json").expect(200)
    for path, wanted in ((V1, True), (V2, False)):
        found = mapping(reply.json, "paths", path, "post").get("deprecated", False)
        if found is not wanted:
            reply.fail(f'POST {path} with "deprecated": {json.dumps(wanted)}', got=f"{json.dumps(found)}")


def tokens(reply: Reply, name: str) -> set[str]:
    """Return the words of a header that is a list, in lower case."""
    return {word.strip().lower() for word in reply.headers.get(name, "").split(",") if word.strip()}


def _is_after(sunset: str, seconds: int) -> bool:
    try:
        moment = parsedate_to_datetime(sunset)
        return sunset.endswith("GMT") and moment > datetime.fromtimestamp(seconds, UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return False


def _shown(name: str, value: str) -> str:
    return f"{name}: {value}" if value else f"no {name}"
