"""What the checks of lab 02 share: its endpoints, bodies with one part changed, and what is expected of the replies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from labkit.checks.api import Api, Reply
from labkit.checks.compare import same

Body = dict[str, Any]


def without(body: Body, *names: str) -> Body:
    """Return the body without some of its fields."""
    return {name: value for name, value in body.items() if name not in names}


def literal(body: Body, **literals: str) -> str:
    """Return the body as JSON, with some of its values written as they stand here, such as NaN or 1e400."""
    parts = {name: json.dumps(value) for name, value in body.items()} | literals
    return f"{{{', '.join(f'{json.dumps(name)}: {text}' for name, text in parts.items())}}}"


def post_text(api: Api, path: str, text: str | bytes, kind: str = "application/json") -> Reply:
    """Post a body as it stands here, JSON or not."""
    return api.post(path, content=text, headers={"Content-Type": kind})


def accepted(reply: Reply, status: int, body: Any, advice: str | None = None) -> None:
    """Expect this status and body; the advice is for a request that was refused as invalid."""
    reply.expect(status, body, advice=advice if reply.status == 422 else None)


def names(reply: Reply, field: str) -> bool:
    """Whether a 422 is about this field, and not about one that was missed."""
    return reply.status == 422 and f'"{field}"' in reply.text and '"missing"' not in reply.text


def refused(reply: Reply, name: str, advice: str | None = None) -> None:
    """Expect a 422 that names a field; the advice is for a request that got through."""
    told = advice if 200 <= reply.status < 300 else None
    reply.refuse(name, advice=unseen(reply, name) or told)


def unseen(reply: Reply, name: str) -> str | None:
    """Say what is wrong where a validator has looked for a field that this request has wrong, and so is not there."""
    missed = str(reply.raised).startswith(f"KeyError: '{name}'")
    advice = 'a refused field is not in info.data: a model_validator(mode="after") runs when all fields are valid'
    return advice if missed else None


def forgotten(reply: Reply) -> str | None:
    """Say what is wrong where a rule about a whole model has not got it, but None or a dict."""
    lost = re.match(r"AttributeError: '(NoneType|dict)' object has no attribute '(\w+)'", str(reply.raised))
    if not lost or lost[2] not in LOANS.body:
        return None
    if lost[1] == "dict":
        return 'mode="before" is given what was sent, a dict; mode="after" is given the object'
    return "a model_validator has to return self; without return the model is None"


def misused(reply: Reply) -> str | None:
    """Say what is wrong where a model or a bound was taken for something else."""
    if "not subscriptable" in str(reply.raised):
        return "the fields of a model are attributes: item.name"
    if '"int_from_float"' in reply.text:
        return "a number that may have a fraction is a float"
    fits_not = "Unable to apply constraint" in str(reply.raised)
    return "a text has min_length and max_length, a number has ge and le" if fits_not else None


def silent(reply: Reply, secret: str, status: range = range(400, 500)) -> None:
    """Expect a reply of this status that does not repeat a secret, in its body or in its headers."""
    if secret in "\n".join([reply.text, *reply.headers.values()]):
        echoes = '"input"' in reply.text and reply.status == 422
        advice = 'leave "input" out of what an error says: the handler of the first section does' if echoes else None
        reply.fail("a reply without the password", advice)
    if reply.status not in status:
        reply.fail("422" if 422 in status else str(status[0]))


@dataclass(frozen=True)
class Endpoint:
    """An endpoint that takes a body: a request that it accepts, and its answer to one.

    Attributes:
        path: where it is posted to.
        body: a body that is accepted.
        status: the status of the answer.
        answer: the body of the answer to a body.
    """

    path: str
    body: Body
    status: int
    answer: Callable[[Body], Any]

    def post(self, api: Api, **changes: Any) -> Reply:
        """Post the body with some fields changed."""
        return api.post(self.path, json=self.body | changes)

    def works(self, api: Api, advice: Callable[[Reply], str | None] = lambda reply: None) -> None:
        """Expect the body to be accepted; `advice` says what to try, where the reply tells it."""
        reply, wanted = self.post(api), self.answer(self.body)
        told = advice(reply)
        if reply.status == 422 and '"query"' in reply.text:
            told = (
                told or "the function takes the whole body as one argument, annotated with your model, and no Depends"
            )
        elif reply.status == 200 and same(reply.json, wanted):
            told = f"give the decorator the status of a success: status_code={self.status}"
        reply.expect(self.status, wanted, advice=told)

    def passes(self, api: Api, name: str, values: Iterable[Any], advice: str | None = None) -> None:
        """Expect each of these values to be accepted in a field; the advice is for a refusal of this very field."""
        for value in values:
            reply = self.post(api, **{name: value})
            told = misused(reply) or (advice if names(reply, name) else None)
            reply.expect(self.status, self.answer(self.body | {name: value}), advice=told)

    def fails(self, api: Api, name: str, values: Iterable[Any], advice: str | None = None) -> None:
        """Expect each of these values to be refused in a field, by its name."""
        for value in values:
            refused(self.post(api, **{name: value}), name, advice)

    def between(self, api: Api, name: str, low: int, high: int) -> None:
        """Expect a whole number to be accepted from `low` to `high` and refused next to them."""
        self.passes(api, name, [low], "ge includes its number, gt does not")
        self.passes(api, name, [high], "le includes its number, lt does not")
        self.fails(api, name, [low - 1], f"{low - 1} is too low: Field(ge={low}) or Field(gt={low - 1})")
        self.fails(api, name, [high + 1], f"{high + 1} is too high: Field(le={high}) or Field(lt={high + 1})")

    def needs(self, api: Api, *names: str) -> None:
        """Expect a body without one of these fields to be refused, by its name."""
        for name in names:
            advice = f"a field with a default may be left out: {name} must not have one"
            refused(api.post(self.path, json=without(self.body, name)), name, advice)


ITEMS = Endpoint(
    "/items",
    {"name": "Hammer", "price": 15.5},
    201,
    lambda body: {"item_name": body["name"], "item_price": body["price"]},
)
APPLICANTS = Endpoint(
    "/applicants",
    {"age": 35, "income": 52000, "credit_score": 700, "purpose": "home"},
    200,
    lambda body: {"valid": True, "applicant": body},
)
LOANS = Endpoint(
    "/loans",
    APPLICANTS.body | {"loan_amount": 120000},
    200,
    lambda body: {"valid": True, "max_loan": 10 * body["income"]},
)
USERS = Endpoint(
    "/users",
    {"username": "ada", "email": "ada@example.com", "password": "Analytical-Engine"},
    201,
    lambda body: {"username": body["username"], "email": body["email"]},
)
