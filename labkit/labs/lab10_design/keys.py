"""What checks hold POST /predictions to: predictions that are made once for each Idempotency-Key."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from labkit.checks.api import Ask, Mismatch, Reply
from labkit.checks.compare import same
from labkit.checks.predictions import Known
from labkit.checks.running import Running
from labkit.labs.lab10_design.models import FAILING, SLOW, Moody
from labkit.labs.lab10_design.race import RUNNERS, counted
from labkit.labs.lab10_design.registry import JSON, again

PATH = "/predictions"
TWICE = "between your look and your insert all of them look: insert the key first, and let the database hold the others"
FREE = "what failed has to leave nothing: without a commit the row is gone when the session ends"


@dataclass(frozen=True)
class Predictions:
    """What a server has to say to rows, by a model that the check knows."""

    known: Known
    model: Moody

    def send(self, server: Running, row: Sequence[float], key: str | None = None) -> Reply:
        """Send a row."""
        headers = {} if key is None else {"Idempotency-Key": key}
        return server.api.post(PATH, json={"features": list(row)}, headers=headers)

    def made(self, reply: Reply, row: Sequence[float], advice: str | None = None) -> Reply:
        """Expect 201 with an id and the model's answer."""
        wanted = self.known.prediction(row)
        if reply.status != 201 or not isinstance(reply.json, dict) or reply.json.get("id") is None:
            reply.fail(f'201 {{"id": ..., {json.dumps(wanted)[1:]}', advice)
        if not self.known.answers(reply, row):
            reply.fail(f'201 {{"id": ..., {json.dumps(wanted)[1:]}', advice)
        return reply

    def another_id(self, server: Running) -> None:
        """Expect another id each time, also for the same row."""
        row = self.model.row(3.25)
        ids = [json.dumps(self.made(self.send(server, row), row).json["id"]) for _ in range(3)]
        if len(set(ids)) < len(ids):
            self.send(server, row).fail("another id each time", got=f"ids {', '.join(ids)}")

    def once(self, server: Running, first: float, key: str | None = None) -> None:
        """Expect the first answer again for the same key and row, and no call of the model."""
        key, row = key or uuid.uuid4().hex, self.model.row(first)
        answer = self.made(self.send(server, row, key), row)
        server.events()
        again = self.send(server, row, key)
        again.sent += ", with the same Idempotency-Key again"
        again.expect(201, answer.json)
        if calls := _calls(server.events()):
            again.fail("the first answer, without a call of the model", got=f"{max(calls.values())} call of it")

    def other_row(self, server: Running) -> None:
        """Expect 422 for the same key with another row, and the first answer still for the first one."""
        key, row, other = uuid.uuid4().hex, self.model.row(4.5), self.model.row(5.5)
        answer = self.made(self.send(server, row, key), row)
        reply = self.send(server, other, key)
        if reply.status != 422:
            reply.fail("422, since the Idempotency-Key came with another body before")
        self.send(server, row, key).expect(201, answer.json)

    def other_keys(self, server: Running, keys: Iterable[str]) -> None:
        """Expect each key to have a prediction of its own."""
        row = self.model.row(2.5)
        ids = [json.dumps(self.made(self.send(server, row, key), row).json["id"]) for key in keys]
        if len(set(ids)) < len(ids):
            self.send(server, row).fail("another id for each key", got=f"ids {', '.join(ids)}")

    def race(self, server: Running, first: float = SLOW + 7) -> None:
        """Expect that of several at the same time with one key the model is called for one."""
        key, row = uuid.uuid4().hex, self.model.row(first)
        ask: Ask = ("POST", PATH, {"json": {"features": row}, "headers": {"Idempotency-Key": key}})
        server.events()
        replies = server.api.together([ask] * RUNNERS)
        calls = _calls(server.events())
        sent = f"{RUNNERS} times {replies[0].sent} at the same time, with one Idempotency-Key"
        if max(calls.values(), default=0) != 1:
            known = self.send(server, row, key).status == 201 and not _calls(
                server.events()
            )  # it is kept, but too late
            raise Mismatch(sent, "one call of the model", f"{max(calls.values(), default=0)}", TWICE if known else None)
        made = [reply for reply in replies if reply.status == 201]
        strangers = [reply for reply in replies if reply.status not in (201, 409)]
        if strangers or not made:
            raised = next((f": {reply.raised}" for reply in replies if reply.raised), "")
            raise Mismatch(sent, "for each the first answer, or 409", counted(replies) + raised)
        for reply in made:
            self.made(reply, row)
            if not same(reply.json, made[0].json):
                raise Mismatch(sent, f"the first answer, {made[0].text}", reply.text)

    def refusal_is_free(self, server: Running) -> None:
        """Expect that a key which came with a bad body can be used."""
        key, row = uuid.uuid4().hex, self.model.row(1.5)
        headers = {"Idempotency-Key": key, **JSON}
        server.api.post(PATH, content='{"features": [1, 2, NaN, 4]}', headers=headers).refuse("features")
        self._free(self.send(server, row, key), row, "422")

    def failure_is_free(self, server: Running, first: float, then: float | None = None) -> None:
        """Expect that a key whose request has failed can be used again, for the same row or another one."""
        key, row = uuid.uuid4().hex, self.model.row(FAILING + first)
        reply = self.send(server, row, key)
        if reply.status != 500:
            reply.fail("500, since the model has raised")
        row = row if then is None else self.model.row(then)
        self._free(self.send(server, row, key), row, "500")

    def _free(self, reply: Reply, row: Sequence[float], status: str) -> None:
        reply.sent += f", with an Idempotency-Key whose request got {status}"
        self.made(reply, row, FREE if reply.status != 201 else None)

    def outlives(self, server: Running) -> None:
        """Expect the first answer after a restart, without a call of the model, and 422 for another row."""
        key, row = uuid.uuid4().hex, self.model.row(6.25)
        answer = self.made(self.send(server, row, key), row)
        again(server)
        server.events()
        reply = self.send(server, row, key)
        reply.sent += ", with the same Idempotency-Key after a restart"
        reply.expect(201, answer.json)
        if _calls(server.events()):
            reply.fail("the first answer, without a call of the model", got="a call of it")
        if (other := self.send(server, self.model.row(0.75), key)).status != 422:
            other.fail("422, since the Idempotency-Key came with another body before the restart")


def refused(server: Running) -> None:
    """Expect anything but four finite numbers to be refused."""
    for text in ("[1, 2, 3]", "[1, 2, 3, 4, 5]", "[1, 2, 3, NaN]", "[Infinity, 1, 1, 1]", "[1, -Infinity, 3, 4]"):
        server.api.post(PATH, content=f'{{"features": {text}}}', headers=JSON).refuse("features")


def _calls(events: Iterable[str]) -> Counter[str]:
    """How often each method of the model was called."""
    return Counter(event.split()[0] for event in events if event.startswith("predict"))
