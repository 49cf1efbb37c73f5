"""The hidden checks of lab12_traffic: the contract of the visible ones, with other inputs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.checks.api import exercise
from labkit.checks.running import Running, Start, running
from labkit.labs.lab12_traffic import addresses, answers, buckets, drifting, flights, stores
from labkit.labs.lab12_traffic.setups import ALONE, SILENT, flower, setup, shared, store, without_store

SLOWLY = (0.07, 5)
UNLIKE = {
    "edges": [[3.0, 4.0], [-7.5], [0.2, 0.4, 0.6, 0.8], [100.0, 200.0, 300.0]],
    "shares": [[0.5, 0.0, 0.5], [0.25, 0.75], [1 / 6, 1 / 6, 1 / 3, 1 / 6, 1 / 6], [0.25, 0.25, 0.25, 0.25]],
}
SLOW = setup(RATE="0.07", BURST="5")
OTHER = setup(OPEN_LIMIT="2/minute", reference=UNLIKE)


@pytest.fixture
def alone(start: Start) -> Running:
    """A module without a store."""
    return running(start, ALONE)


@pytest.fixture
def slow(start: Start) -> Running:
    """A module with a token each 14 s."""
    return running(start, SLOW)


@pytest.fixture
def other(start: Start) -> Running:
    """A module with other settings."""
    return running(start, OTHER)


@exercise("limit")
def test_slow_bucket(slow: Running) -> None:
    """Another rate and another burst."""
    buckets.bucket(slow, SLOWLY, 7, 7)


@exercise("limit")
def test_slow_keys_and_crowd(slow: Running) -> None:
    """Two keys of one client, and a crowd, at another rate."""
    buckets.both_keys(slow, SLOWLY, 8)
    buckets.crowd(slow, SLOWLY, 9, 16)


@exercise("open_limit")
def test_another_limit(other: Running) -> None:
    """Another number of requests."""
    addresses.limited([other], 2, addresses.ORDER)


@exercise("open_limit")
def test_store_lost(start: Start) -> None:
    """A process that loses its store goes on, and counts for itself."""
    server = running(start, replace(shared(), interpreter=1), fresh=True)
    addresses.says_which(server)
    server.companions["CACHE_URL"].refuse()
    addresses.limited([server], 4, addresses.NO_NEED)


@exercise("cache")
def test_other_numbers(alone: Running) -> None:
    """Other ways to write numbers, and other small differences."""
    answers.equal(alone, ["100", "-3.5", "7"], ["1e2", "-3.50", "7.000"])
    answers.near(alone, 1e-12)


@exercise("shared_cache")
def test_silent_from_the_start(start: Start) -> None:
    """A store that is silent from the start."""
    stores.answers_without(without_store(start, SILENT, "shared_cache"), "the store has never said anything")


@exercise("shared_cache")
def test_store_lost_later(start: Start) -> None:
    """A store that goes away while it is used."""
    server = running(start, shared(), fresh=True)
    stores.computed(server, 1)
    server.companions["CACHE_URL"].refuse()
    stores.answers_without(server, "the store has gone away")


@exercise("shared_cache")
def test_ends_sooner(start: Start) -> None:
    """With fewer CACHE_SECONDS what is in the store ends sooner."""
    stores.held(running(start, shared(CACHE_SECONDS="9.5")), store(), 9.5)


@exercise("single_flight")
def test_larger_crowd(alone: Running) -> None:
    """More at the same time, and again after that."""
    for count in (12, 9):
        flights.one_call(alone, count)


@exercise("single_flight")
def test_another_failure(alone: Running) -> None:
    """More of them when a call fails."""
    flights.all_are_told(alone, 8)


@exercise("drift")
def test_other_bins(other: Running) -> None:
    """Another reference, with a share of 0."""
    for rows in (drifting.alike(UNLIKE), drifting.shifted(2, 4, UNLIKE)):
        drifting.seen(other, rows, reference=UNLIKE)


@exercise("drift")
def test_answered_alone(alone: Running) -> None:
    """Rows that are refused, or that the model fails on, do not count."""
    drifting.answered_alone(alone, [flower(failing=True) for _ in range(2)])
