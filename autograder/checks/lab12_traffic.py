"""The visible checks of lab12_traffic: a student sees each sentence, and what a failing check saw."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.checks.api import exercise
from labkit.checks.running import Running, Start, running
from labkit.labs.lab12_traffic import addresses, answers, buckets, drifting, flights, stores
from labkit.labs.lab12_traffic.setups import ALONE, AWAY, OPEN, SIZE, WINDOW, setup, shared, store, without_store

LONGEST = 60.0  # some checks wait for tokens, and for answers to end
SERVER = ALONE
LIMIT = (0.8, 2)
LIMITED = setup(RATE="0.8", BURST="2")
DIRECT = setup(FORWARDED_ALLOW_IPS="10.9.9.9")
SHORT = setup(CACHE_SECONDS="2")
DRIFTING = setup(DRIFT_WINDOW=str(WINDOW))


@pytest.fixture
def alone(start: Start) -> Running:
    """A module without a store."""
    return running(start, ALONE)


@pytest.fixture
def limited(start: Start) -> Running:
    """A module with two tokens, and one more each 1.25 s."""
    return running(start, LIMITED)


@pytest.fixture
def first(start: Start) -> Running:
    """A module with a store."""
    return running(start, shared())


@pytest.fixture
def second(start: Start) -> Running:
    """Another process of it, from another interpreter."""
    return running(start, replace(shared(), interpreter=1))


@exercise("limit")
def test_tokens(limited: Running) -> None:
    """With RATE 0.8 and BURST 2 two requests pass, the third is a 429, and headers say what is left."""
    buckets.bucket(limited, LIMIT, 0, 3)


@exercise("limit")
def test_clients(limited: Running) -> None:
    """Each client has a bucket of its own."""
    buckets.others(limited, LIMIT, 1, 2)


@exercise("limit")
def test_keys(limited: Running) -> None:
    """Two keys of one client lead to the same bucket."""
    buckets.both_keys(limited, LIMIT, 3)


@exercise("limit")
def test_refill(limited: Running) -> None:
    """When there is a whole token again, one request passes, and no second one."""
    buckets.refilled(limited, LIMIT, 4)


@exercise("limit")
def test_capacity(limited: Running) -> None:
    """However long nobody came, there are never more than BURST tokens."""
    buckets.never_more(limited, LIMIT, 5)


@exercise("limit")
def test_crowd(limited: Running) -> None:
    """Of 12 requests at the same time as many pass as there are tokens."""
    buckets.crowd(limited, LIMIT, 6, 12)


@exercise("open_limit")
def test_model(alone: Running) -> None:
    """GET /model answers with the version and the classes, without a key."""
    addresses.says_which(alone)


@exercise("open_limit")
def test_too_many(alone: Running) -> None:
    """With OPEN_LIMIT 4/minute the fifth request of an address is a 429 with Retry-After."""
    addresses.limited([alone], OPEN, addresses.ORDER)


@exercise("open_limit")
def test_other_address(alone: Running) -> None:
    """Each address has a limit of its own."""
    addresses.each_for_itself(alone, OPEN)


@exercise("open_limit")
def test_made_up_header(start: Start) -> None:
    """A header that no proxy vouches for changes nothing."""
    addresses.made_up(running(start, DIRECT), OPEN)


@exercise("open_limit")
def test_counted_together(first: Running, second: Running) -> None:
    """Two processes with the same store count together."""
    addresses.limited([first, second], OPEN, addresses.TOGETHER)


@exercise("open_limit")
def test_no_store(start: Start) -> None:
    """A process whose store refuses connections answers, and counts for itself."""
    addresses.limited([without_store(start, AWAY, "open_limit")], OPEN, addresses.NO_NEED)


@exercise("cache")
def test_hit(alone: Running) -> None:
    """The second answer to the same question is a hit, whoever asks, and the model is called once."""
    answers.kept(alone)


@exercise("cache")
def test_equal(alone: Running) -> None:
    """5 and 5.0 are the same number, and so are 1.4 and 1.40."""
    answers.equal(alone, ["5", "1.4", "0.2"], ["5.0", "1.40", "2e-1"])


@exercise("cache")
def test_near(alone: Running) -> None:
    """Features that differ by little, or in their order, are another question."""
    answers.near(alone, 1e-7)


@exercise("cache")
def test_expiry(start: Start) -> None:
    """An answer is good for CACHE_SECONDS from when it was computed, however often it is asked for."""
    answers.ends(running(start, SHORT), 2.0)


@exercise("cache")
def test_size(alone: Running) -> None:
    """At most CACHE_SIZE answers are kept, the latest among them."""
    answers.bounded(alone, SIZE)


@exercise("cache")
def test_error(alone: Running) -> None:
    """An error is not kept: the next request tries again."""
    answers.not_kept(alone)


@exercise("shared_cache")
def test_found(first: Running, second: Running) -> None:
    """What one process has computed is a hit in another, which was started by itself."""
    stores.found(first, second, store())


@exercise("shared_cache")
def test_version(start: Start, first: Running) -> None:
    """A model with another version finds nothing of the old one."""
    stores.of_another_version(first, running(start, shared(seed=21, version="2.0.0")), stores.NEWER)


@exercise("shared_cache")
def test_entries(first: Running) -> None:
    """Everything in the store ends by itself, and nothing in it is a pickle."""
    stores.held(first, store(), 300)


@exercise("shared_cache")
def test_rubbish(first: Running, second: Running) -> None:
    """What cannot be read in the store is a miss."""
    stores.rubbish(first, second, store())


@exercise("shared_cache")
def test_refused(start: Start) -> None:
    """If the store refuses connections, /predict answers as if there were none."""
    stores.answers_without(without_store(start, AWAY, "shared_cache"), "the store refuses connections")


@exercise("shared_cache")
def test_frozen(first: Running) -> None:
    """If the store accepts connections and says nothing, /predict answers at most 1 second later."""
    with stores.frozen(store()):
        stores.answers_without(first, "the store has fallen silent")


@exercise("single_flight")
def test_one_call(alone: Running) -> None:
    """Of six who ask the same at the same time, one calls the model, and all get its answer."""
    flights.one_call(alone, 6)


@exercise("single_flight")
def test_others(alone: Running) -> None:
    """Requests with other features do not wait for it."""
    flights.others_go_on(alone, 4)


@exercise("single_flight")
def test_failure(alone: Running) -> None:
    """If the call raises, all who waited get a 5xx, and the next request tries again."""
    flights.all_are_told(alone, 5)


@exercise("drift")
def test_waiting(start: Start) -> None:
    """With fewer than DRIFT_MINIMUM rows the status is waiting."""
    drifting.waits(running(start, DRIFTING, fresh=True))


@exercise("drift")
def test_stable(alone: Running) -> None:
    """A window that falls into the bins as the reference does is stable."""
    drifting.seen(alone, drifting.alike())


@exercise("drift")
def test_shifted(alone: Running) -> None:
    """A window in which one feature lies elsewhere is drifting, whatever the others do; a little in three is stable."""
    drifting.seen(alone, drifting.shifted(1, 3))
    drifting.seen(alone, drifting.tilted((2, 10)))
    drifting.seen(alone, drifting.tilted((0, 4), (2, 8), (3, 3)))


@exercise("drift")
def test_window(alone: Running) -> None:
    """The window forgets: after enough rows like those of the reference it is stable again."""
    drifting.seen(alone, drifting.shifted(0, 3))
    drifting.seen(alone, drifting.alike(), drifting.FORGETS)


@exercise("drift")
def test_hits(alone: Running) -> None:
    """A row that is asked again and again counts each time, hit or miss."""
    drifting.seen(alone, drifting.alike()[:1] * WINDOW, drifting.EVERY_ROW)
