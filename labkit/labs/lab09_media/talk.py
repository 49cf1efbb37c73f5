"""What a WebSocket has to answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from labkit.checks.api import Api, Mismatch
from labkit.checks.compare import same
from labkit.checks.running import Running
from labkit.checks.websocket import Answer, WebSocket
from labkit.labs.lab09_media.models import Shades
from labkit.labs.lab09_media.pictures import is_near

PATH = "/ws/predict"
TRIES = 3
UNSAID = (1000, 1006)
"""The codes of a connection that has ended without a reason."""
POLICY, UNSUPPORTED, TOO_BIG = 1008, 1003, 1009
"""Why a connection is closed: who asks, binary data, too much of it."""
IN_A_THREAD = "the model blocks: await run_in_threadpool(classify, ...) hands it to a thread"
LEFT = "admit returns True for a client that was let in, and next_text its text: anything else ends the conversation"
GOES_ON = "catch what the message raises, and return an answer with an error: the connection stays open"


@dataclass(frozen=True)
class Answers:
    """What a model that the check knows has to say to messages."""

    model: Shades
    names: list[str]

    def expect(self, talk: WebSocket, name: int | str, row: Sequence[float]) -> None:
        """Send a message, and expect the answer to it."""
        answer = talk.ask({"id": name, "pixels": list(row)})
        number, probabilities = self.model.answer(row)
        found = answer.json if isinstance(answer.json, dict) else {}
        exact = {"id": name, "label": self.names[number]}
        if not is_near(found, exact, max(probabilities)):
            answer.fail(json.dumps({**exact, "confidence": round(max(probabilities), 3)}))


def refused(talk: WebSocket, message: Any, name: int | str | None) -> None:
    """Send what is no good message, and expect an error with its id."""
    answer = talk.ask(message)
    found = answer.json if isinstance(answer.json, dict) else {}
    error = found.get("error")
    if not isinstance(error, str) or not error or "label" in found:
        answer.fail(_error(name), GOES_ON if answer.code is not None else None)
    if "id" not in found or not same(found["id"], name):
        answer.fail(_error(name), "read the id before anything else of the message is looked at" if name else None)


def _error(name: int | str | None) -> str:
    return json.dumps({"id": name, "error": "a sentence"})


def together(running: Running, row: Sequence[float]) -> None:
    """Expect the model to work for two clients at the same time; each call of it waits for the other."""
    api = running.api
    for _ in range(TRIES):
        running.events()
        with api.websocket(PATH) as one, api.websocket(PATH) as two:
            sent = [client.send({"id": 1, "pixels": list(row)}) for client in (one, two)]
            answers = [client.receive(line) for client, line in zip((one, two), sent, strict=True)]
        if told(running, "met"):
            return
        for answer in answers:
            if not isinstance(answer.json, dict) or "label" not in answer.json:
                answer.fail('{"id": 1, "label": ..., "confidence": ...}')
    got = "the second client's call began when the first one's had ended"
    raise Mismatch("two clients at the same time", "two calls of the model at the same time", got, IN_A_THREAD)


def meanwhile(running: Running, row: Sequence[float]) -> None:
    """Expect another request to be answered while the model works for a client."""
    api = running.api
    for _ in range(TRIES):
        running.events()
        with api.websocket(PATH) as client:
            sent = client.send({"id": 1, "pixels": list(row)})
            began = told(running, "predict_proba 1")
            api.get("/generator").expect(200)
            over = "alone" in running.events()
            answer = client.receive(sent)
        if not began:
            answer.fail("an answer for which the model was asked")
        if not over:
            return
    got = "it was answered when the model had ended"
    raise Mismatch("GET /generator while the model works", "an answer before the model's", got, IN_A_THREAD)


def told(running: Running, event: str, seconds: float = 3.0) -> bool:
    """Wait for something that the model tells."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if event in running.events():
            return True
        time.sleep(0.005)
    return False


GOOD = {"id": 1, "pixels": [0] * 64}
"""A message that any server has an answer to."""
LONG = 2_000
"""From how many characters on it is the length that matters of a message."""


def filled(size: int, letter: str = "x") -> str:
    """Return a good message of so many characters."""
    bare = json.dumps({**GOOD, "id": ""})
    return json.dumps({**GOOD, "id": letter * (size - len(bare))}, ensure_ascii=False)


def raw(name: int | str, pixel: str) -> str:
    """Return a message with one pixel that is written like this."""
    return json.dumps({"id": name, "pixels": [1] * 63 + [777]}).replace("777", pixel)


def let_in(api: Api, origin: str | None) -> None:
    """Expect a client to be let in, and answered."""
    with api.websocket(PATH, origin=origin) as talk:
        answered(talk, GOOD)


def kept_out(api: Api, origin: str) -> None:
    """Expect a client to be refused: by 403, or by 1008 before it is answered."""
    with api.websocket(PATH, origin=origin) as talk:
        if talk.status == 403:
            return
        if talk.status != 101:
            raise Mismatch(talk.sent, "403 for the handshake, or closed with 1008", str(talk.status))
        closed(talk.ask(GOOD), POLICY, "403 for the handshake, or closed with 1008")


def answered(talk: WebSocket, message: Any) -> Answer:
    """Expect a message to be answered with a text."""
    answer = talk.ask(message)
    if answer.text is None:
        length = (
            f" to a text of {len(message):,} characters" if isinstance(message, str) and len(message) > LONG else ""
        )
        answer.fail(f"an answer{length}", LEFT if answer.code in UNSAID and not answer.raised else None)
    return answer


def closed(answer: Answer, code: int, expected: str = "") -> None:
    """Expect the connection to have been closed for a reason."""
    if answer.code != code:
        answer.fail(expected or f"closed with {code}")


def quiet(running: Running, leave: Callable[[WebSocket], object], how: str) -> None:
    """Expect a client that leaves to leave no traceback in the log."""
    with running.api.websocket(PATH) as talk:
        answered(talk, GOOD)
        leave(talk)
    for _ in range(3):  # what happens next in the server happens after it has noticed
        running.api.get("/generator")
        time.sleep(0.05)
    lines = [line for stream in running.printed() for line in stream]
    if any("Traceback" in line for line in lines):
        last = next((line for line in reversed(lines) if line[:1].strip() and ":" in line), lines[-1])
        advice = "receive() says that a client has gone, in a message of its own; receive_text() raises"
        raise Mismatch(f"{talk.sent}, {how}", "no traceback in the log", last[:100], advice)
