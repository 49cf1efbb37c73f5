"""The hidden checks of lab13_scale: the contract of the visible ones, with other inputs."""

from __future__ import annotations

from labkit.checks.api import exercise
from labkit.checks.running import Start
from labkit.companions.absent import nobody
from labkit.companions.upstream import HANG_UP, Reply, json_reply
from labkit.labs.lab13_scale import batches, behind, breakers, wsgi
from labkit.labs.lab13_scale.behind import SECRET, likely
from labkit.labs.lab13_scale.setups import batching, flask, gateway, running

THREE = ["ash", "birch", "cedar"]
FIVE = [*THREE, "elm", "fir"]


@exercise("microbatch")
def test_other_bound(start: Start) -> None:
    """A call has at most MAX_BATCH rows, with another number of requests."""
    batches.bounded(running(start, batching(5, 0.02)), 13, 5, 11)


@exercise("microbatch")
def test_other_bad_row(start: Start) -> None:
    """Another row that the model fails on harms nobody else, in a larger call."""
    batches.spoiled(running(start, batching(1000, 0.3)), 9)


@exercise("microbatch")
def test_other_rows_refused(start: Start) -> None:
    """Other rows are refused, and never reach the model."""
    batches.refused(
        running(start, batching(1000, 0.3)),
        "[1, 2, 3, 4, 5]",
        "[6.25, -Infinity, 2.5, 0.125]",
        "null",
        "[1, [2], 3, 4]",
    )


@exercise("upstream")
def test_other_failures(start: Start) -> None:
    """A model that hangs up, breaks off, or says 404 is a 502; it is asked once."""
    server = running(start, gateway())
    behind.failure(server, "ash", HANG_UP, 502, "the model hangs up")
    behind.failure(server, "birch", Reply(200, f'{{"petal": "{SECRET}'.encode()), 502, "its JSON breaks off")
    behind.failure(server, "cedar", json_reply({**likely(), "detail": SECRET}, 404), 502, "the model says 404")
    behind.failure(server, "cedar", json_reply("virginica"), 502, "the answer is a text")


@exercise("upstream")
def test_nobody_there(start: Start) -> None:
    """Where nobody listens, that is a 502."""
    behind.failure(running(start, gateway(2, companion=nobody)), "birch", None, 502, "nobody listens at its address")


@exercise("aggregate")
def test_five_models(start: Start) -> None:
    """Of five models, two fail in different ways."""
    refused = json_reply({**likely(), "probabilities": {"setosa": "0.2", "versicolor": 0.3, "virginica": 0.5}})
    behind.mean_of(running(start, gateway(5, seconds=1.0)), FIVE, {"ash": HANG_UP, "fir": refused})


@exercise("aggregate")
def test_other_unusable_answers(start: Start) -> None:
    """Other probabilities that are none: below 0, no number, an empty object, a list in place of an object."""
    server = running(start, gateway())
    for wrong in (
        {"setosa": -0.5, "versicolor": 1.0, "virginica": 0.5},
        {},
        {"setosa": None, "versicolor": 1, "virginica": 0},
    ):
        behind.mean_of(server, THREE, {"ash": json_reply({**likely(), "probabilities": wrong})})
    behind.mean_of(server, THREE, {"birch": json_reply([likely()])})
    odd = b'{"probabilities": {"setosa": NaN, "versicolor": 0.5, "virginica": 0.5}}'
    behind.mean_of(server, THREE, {"cedar": Reply(200, odd)})


@exercise("breaker")
def test_opens_for_other_failures(start: Start) -> None:
    """Another number of failures, of another kind, opens it, and one fewer does not."""
    server = running(start, gateway(4, failures=2, cooldown=30.0))
    breakers.fails(server, "ash", 2, HANG_UP)
    breakers.open_for(server, "ash", 30)
    breakers.counts_in_a_row(server, "birch", 2)


@exercise("flask")
def test_other_flowers(start: Start) -> None:
    """Other flowers have their prediction, too."""
    wsgi.predicts(running(start, flask()), [[0, 0, 0, 0], [1e3, -2.5, 7, 1e-3]])


@exercise("flask")
def test_other_bodies(start: Start) -> None:
    """Other bodies are refused."""
    server = running(start, flask())
    wsgi.refuses(server, [f'{{"features": {text}}}' for text in ("[1, 2, 3, 4, 5]", "{}", "[null, 2, 3, 4]", "7")])
    wsgi.no_object(server, ['"text"', "null", "features"])
    wsgi.no_object(server, ["features=1"], {"Content-Type": "text/plain"})
