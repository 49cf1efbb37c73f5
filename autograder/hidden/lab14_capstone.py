"""The hidden checks of lab14_capstone: the contract of the visible ones, with other inputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from labkit.checks.api import exercise
from labkit.checks.running import Start, running
from labkit.labs.lab14_capstone import caches, doors, ledgers, queues, swaps, versions, voices
from labkit.labs.lab14_capstone.setups import (
    ALONE,
    CHANGING,
    EMPTY,
    EXACT,
    THIRD,
    setup,
    sharing,
    together,
    valkey,
    with_store,
)
from labkit.sandbox.shared import Folder

FEWER, WAITING = 5, 3
SLOWLY = setup(BURST="2", RATE="0.51", QUEUE_LIMIT=str(FEWER))


@pytest.fixture
def folder() -> Iterator[Folder]:
    """A folder that replicas share."""
    with Folder() as made:
        yield made


@exercise("door")
def test_long_enough(start: Start) -> None:
    """Who waits as long as Retry-After says gets in."""
    api = running(start, SLOWLY).api.plain()
    together(WAITING, lambda number: doors.long_enough(api, f"client-{15 + number}"))


@exercise("door")
def test_larger_crowd(start: Start) -> None:
    """More at once, and other clients."""
    doors.exact(running(start, EXACT).api, ["client-21", "client-22"], 20)


@exercise("one_voice")
def test_numbers(start: Start) -> None:
    """Numbers that are none."""
    voices.numbers(running(start, ALONE).api)


@exercise("one_voice")
def test_refusals(start: Start) -> None:
    """What the door refuses, and a service without a model."""
    voices.refusals(running(start, ALONE).api)
    voices.too_often(running(start, EXACT).api, "client-23")
    voices.no_model(running(start, replace(EMPTY, output=True)).api)


@exercise("versions")
def test_same_rules(start: Start) -> None:
    """What v1 refuses, and what it shares with v2."""
    versions.same_rules(running(start, ALONE).api)
    caches.in_time(versions.one_cache, running(start, with_store(ALONE)))


@exercise("cache")
def test_dies(start: Start) -> None:
    """Valkey that is gone."""
    caches.dies(running(start, with_store(ALONE)), valkey())
    caches.without(running(start, ALONE))


@exercise("queue")
def test_fewer(start: Start) -> None:
    """Another limit."""
    queues.crowd(running(start, setup(QUEUE_LIMIT=str(FEWER))), FEWER, 30)


@exercise("hot_swap")
def test_more_bundles(start: Start) -> None:
    """Other bundles that are no good."""
    server = running(start, CHANGING)
    swaps.served(server.api, "third", THIRD)
    swaps.refused(server.api, swaps.INCOMPLETE, THIRD)


@exercise("hot_swap")
@pytest.mark.parametrize("state", [b"\xff\x00 {", b'{"name": "gone-for-good"}'])
def test_state(start: Start, folder: Folder, state: bytes) -> None:
    """Other things in STATE_PATH."""
    folder.write("state", state)
    swaps.forgets(start, folder, ALONE)


@exercise("books")
def test_two_processes(start: Start, folder: Folder) -> None:
    """Two processes that share the audit."""
    servers = [running(start, sharing(folder), fresh=True) for _ in range(2)]
    ledgers.audited(servers, folder, "both")
