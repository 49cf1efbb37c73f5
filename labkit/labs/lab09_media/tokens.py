"""What a stream of tokens has to be, as the text of `write` in the lab's first section determines it."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from labkit.checks.api import Api, Mismatch
from labkit.checks.events import EventStream, value
from labkit.http.body import parse
from labkit.http.event_stream import Event

PATH = "/generate"
DONE = "done"
SIX, TRIES = 6, 3
APART = 1.0
"""How far apart the first and the last of six tokens arrive at least, in seconds; they are made 1.5 s apart."""
MANY = 18
"""How many quick requests are answered meanwhile, at least: a loop that is held up answers one or two a token."""
STILL, PATIENCE = 0.7, 10.0
"""How long no token is made when nobody listens, and how long that may take to begin, in seconds."""


class Text:
    """The text of a prompt, as the module's PIECES make it."""

    def __init__(self, given: dict[str, Any], prompt: str) -> None:
        """Take the pieces that the lab gives.

        Raises:
            Mismatch: they are not what was given.
        """
        pieces = given.get("PIECES")
        if not isinstance(pieces, list) or len(pieces) != 14 or not all(isinstance(piece, str) for piece in pieces):
            wanted, try_ = "a list of 14 texts", "bring the first section back to what was given"
            raise Mismatch("PIECES in your module", wanted, f"{type(pieces).__name__}", try_)
        self.prompt = prompt
        self._pieces: list[str] = pieces

    def token(self, number: int) -> str:
        """Return one token, counted from 1."""
        chosen = random.Random(f"{self.prompt} {number}")
        return chosen.choice(self._pieces) + chosen.choice(self._pieces)

    def ask(self, api: Api, count: int | None = None, last: object = None, **options: Any) -> Any:
        """Ask for the text; `last` is the Last-Event-ID."""
        params = {"prompt": self.prompt, **({} if count is None else {"count": count})}
        headers = {} if last is None else {"Last-Event-ID": str(last)}
        return api.events(PATH, params=params, headers=headers, **options)

    def expect(self, stream: EventStream, count: int, start: int = 0, whole: bool = True) -> None:
        """Expect the tokens from the one behind `start` on, each as an event, and then the end if it is the whole."""
        streaming(stream)
        for number in range(start + 1, count + 1):
            event = stream.next()
            if event is None:
                stream.ended(f"an event with token number {number}")
            self._expect(stream, event, number)
        if whole:
            end(stream)

    def _expect(self, stream: EventStream, event: Event, number: int) -> None:
        token = self.token(number)
        if event.name != "message":
            stream.fail(f"token number {number}, in an event without a name", shown(event))
        if event.id != str(number):
            advice = "`id=` of a ServerSentEvent is the number of its token, as text" if not event.id else None
            stream.fail(f"id: {number}", shown(event), advice)
        if value(event) != {"token": token}:
            advice = None
            if event.data.strip() == token.strip():
                advice = "a newline ends a line of the stream: data is JSON, which has none"
            elif isinstance(value(event), str) and token and parse(value(event)) == {"token": token}:
                advice = "ServerSentEvent makes JSON of its data by itself: hand over the dict"
            stream.fail(f"data: {json.dumps({'token': token}, ensure_ascii=False)}", shown(event), advice)


def streaming(stream: EventStream) -> None:
    """Expect a stream of events."""
    if stream.status != 200 or not stream.typed:
        kind = stream.headers.get("content-type", "no Content-Type")
        stream.fail("200 text/event-stream", f"{stream.status} {kind}")


def end(stream: EventStream) -> None:
    """Expect the event done, with some data, and then nothing more."""
    event = stream.next()
    if event is None:
        advice = "a browser takes an end without a word for an accident, and asks again: send one more event"
        stream.ended(f"an event {DONE} with some data", advice)
    if event.name != DONE:
        stream.fail(f"an event {DONE} with some data", shown(event))
    if (more := stream.next()) is not None:
        stream.fail(f"the end of the stream behind {DONE}", shown(more))


def shown(event: Event) -> str:
    """Return an event in one line."""
    parts = [f"event: {event.name}" if event.name != "message" else "", f"id: {event.id}" if event.id else ""]
    return ", ".join([part for part in parts if part] + [f"data: {json.dumps(event.data, ensure_ascii=False)[1:-1]}"])


def made(api: Api) -> int:
    """Return how many tokens the module has made."""
    found = api.get("/generator").expect(200).json
    number = found.get("made") if isinstance(found, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        raise Mismatch("GET /generator", '200 {"made": a number}', json.dumps(found)[:80])
    return number


def settled(count: Callable[[], int], still: float, seconds: float) -> int | None:
    """Wait until a number has not changed for a while, and return it; None if it goes on and on."""
    until, before, since = time.monotonic() + seconds, count(), time.monotonic()
    while time.monotonic() - since < still:
        if time.monotonic() > until:
            return None
        time.sleep(0.05)
        if (now := count()) != before:
            before, since = now, time.monotonic()
    return before


def refuses(api: Api, name: str, *queries: dict[str, Any]) -> None:
    """Expect each of these queries to be refused, by the name of what is wrong."""
    for query in queries:
        api.get(PATH, params=query).refuse(name)


def as_made(api: Api, text: Text) -> None:
    """Expect each of six tokens to arrive when it is made, and other requests to be answered meanwhile."""
    for _ in range(TRIES):
        with text.ask(api, SIX) as stream, ThreadPoolExecutor(1) as pool:
            over = threading.Event()
            quick = pool.submit(_requests, api, over)
            try:
                text.expect(stream, SIX, whole=False)
            finally:
                over.set()
            apart = stream.came[-1].at - stream.came[0].at
            answered = quick.result()
            if apart > APART and answered > MANY:
                return
    if answered <= MANY:
        wanted = f"more than {MANY} answers to GET /generator meanwhile"
        stream.fail(wanted, f"{answered} answers", "`write` blocks: in a plain def it runs in a thread")
    got = f"the first and the last token arrived {apart:.1f} s apart, and were made 1.5 s apart"
    stream.fail("each token when it is made", got, "yield each token in the loop that makes it")


def _requests(api: Api, over: threading.Event) -> int:
    """Ask something quick, one time after the other, and return how often that was answered."""
    answered = 0
    while not over.is_set():
        api.get("/generator").expect(200)
        answered += 1
    return answered


def resumed(api: Api, text: Text, count: int, last: int) -> None:
    """Expect a stream that was cut to go on behind its last event, and to make no more than is missing."""
    before = made(api)
    with text.ask(api, count, last) as stream:
        text.expect(stream, count, last)
    if (more := made(api) - before) != count - last:
        advice = "write(prompt, count, start) begins behind the token number start"
        stream.fail(f"{count - last} tokens made", f"{more} tokens made", advice if more == count else None)


def abandoned(api: Api, text: Text) -> None:
    """Expect no more tokens to be made when the client has gone."""
    with text.ask(api, 200) as stream:
        text.expect(stream, 3, whole=False)
    if settled(lambda: made(api), STILL, PATIENCE) is None:
        advice = "make a token when it is asked for, in the loop that yields"
        stream.fail("no more tokens, once the client has gone", "the module goes on making them", advice)
