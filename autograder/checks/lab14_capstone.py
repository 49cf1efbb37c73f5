"""The visible checks of lab14_capstone: a student sees each sentence, and what a failing check saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from labkit.checks.api import exercise, weightless
from labkit.checks.running import Running, Start, running
from labkit.labs.lab14_capstone import caches, campaign, doors, faults, ledgers, queues, swaps, versions, voices
from labkit.labs.lab14_capstone.setups import (
    ALONE,
    CHANGING,
    EMPTY,
    EXACT,
    LIMIT,
    LUMBERING,
    SECOND,
    SMALL,
    setup,
    sharing,
    valkey,
    with_store,
)
from labkit.sandbox.shared import Folder

LONGEST = 150.0  # some checks wait for slow models, for what hangs, and for what comes back
SERVER = ALONE
WITH_STORE = with_store(ALONE)
ELSEWHERE = replace(WITH_STORE, interpreter=1)
NEWER = with_store(setup(model=SECOND))


@pytest.fixture
def alone(start: Start) -> Running:
    """A service without Valkey."""
    return running(start, ALONE)


@pytest.fixture
def exact(start: Start) -> Running:
    """A service whose clients have five tokens, and get no more."""
    return running(start, EXACT)


@pytest.fixture
def first(start: Start) -> Running:
    """A service with Valkey."""
    return running(start, WITH_STORE)


@pytest.fixture
def folder() -> Iterator[Folder]:
    """A folder that replicas share."""
    with Folder() as made:
        yield made


@pytest.fixture
def booked(start: Start) -> Running:
    """A service with Valkey, whose output is kept."""
    return running(start, replace(WITH_STORE, output=True))


@exercise("door")
def test_refused(alone: Running) -> None:
    """No known key is 401, no scope is 403, both before the fields of the body, and neither calls the model."""
    doors.refused(alone)


@exercise("door")
def test_admin(alone: Running) -> None:
    """What lies under /admin/ takes the scope admin, and all other routes are open."""
    doors.administration(alone.api)


@exercise("door")
def test_exact(exact: Running) -> None:
    """With BURST 5 and RATE 0.001, 5 of 12 predictions pass, for each client, and the others are 429."""
    doors.exact(exact.api, ["client-3", "client-4"])


@exercise("door")
def test_one_bucket(exact: Running) -> None:
    """Both keys of a client, and both versions, lead to one bucket."""
    doors.one_bucket(exact.api, "client-5")


@exercise("door")
def test_nobody_pays(exact: Running) -> None:
    """A 401, a 403 and a request under /admin/ take nobody's token, and a 429 comes before the fields."""
    doors.nobody_pays(exact.api)
    doors.before_fields(exact.api, "client-7")


@exercise("one_voice")
def test_named(alone: Running) -> None:
    """Each response has one X-Request-ID: the client's if it fits, else a new one."""
    voices.named(alone.api)


@exercise("one_voice")
def test_allowed(alone: Running) -> None:
    """Each response, a 500 as well, may be read by pages of the allowed origins, and by no others."""
    voices.allowed(alone.api)


@exercise("one_voice")
def test_problems(alone: Running) -> None:
    """Each error is a problem document with the request_id of its header, and with nothing of an exception."""
    voices.problems(alone.api)


@exercise("one_voice")
def test_preflight(alone: Running) -> None:
    """A preflight for POST /v2/predict is answered, without a key."""
    voices.preflight(alone.api)


@exercise("versions")
def test_old(alone: Running) -> None:
    """POST /v1/predict says the class and nothing else, and what comes after it."""
    versions.old(alone.api)


@exercise("versions")
def test_one_service(exact: Running) -> None:
    """Both versions take tokens from one bucket, and refuse the same."""
    versions.one_bucket(exact.api, "client-8", "client-9")


@exercise("versions")
def test_described(alone: Running) -> None:
    """/openapi.json says that v1 is deprecated, and lists the responses 401, 429 and 503 of both."""
    versions.described(alone.api)


@exercise("cache")
def test_shared(start: Start, first: Running) -> None:
    """A hit calls no model, says what the miss said, and serves every client and all processes."""
    caches.in_time(caches.shared, first, running(start, ELSEWHERE))


@exercise("cache")
def test_both_routes(start: Start, first: Running) -> None:
    """What v2 has computed is a hit on v1."""
    caches.in_time(caches.both_routes, first, running(start, ELSEWHERE))


@exercise("cache")
def test_equal(first: Running) -> None:
    """1 and 1.0 are one question, and numbers that differ by little are two."""
    caches.in_time(caches.equal, first)


@exercise("cache")
def test_version(start: Start, first: Running) -> None:
    """A model of another version finds nothing of the old one."""
    caches.of_another_version(first, running(start, NEWER), SECOND)


@exercise("cache")
def test_entries(first: Running) -> None:
    """Every entry has a time to live of at most an hour, and errors are not kept."""
    caches.entries(first, valkey())
    caches.errors(first)


@exercise("cache")
def test_hangs(first: Running) -> None:
    """Valkey that hangs costs a prediction at most 1 s and no answer; when it is back, there are hits again."""
    caches.hangs(first, valkey())


@exercise("queue")
def test_batches(start: Start) -> None:
    """Of 60 predictions at once all are answered by few calls of the model, one at a time, with at most 32 rows."""
    queues.batches(running(start, setup(model=LUMBERING)), LUMBERING)


@exercise("queue")
def test_crowd(start: Start) -> None:
    """No more than QUEUE_LIMIT wait, and the next gets 503 with Retry-After before the slow call has ended."""
    queues.crowd(running(start, SMALL), LIMIT)


@exercise("queue")
def test_lone(alone: Running) -> None:
    """A lone request is not held back for company."""
    queues.lone(alone)


@exercise("queue")
def test_raising(alone: Running) -> None:
    """A call that raises is a 500 for those in it, and for nobody after it."""
    queues.raising(alone)


@exercise("queue")
def test_meanwhile(alone: Running) -> None:
    """/health answers while the model works."""
    queues.meanwhile(alone)


@exercise("hot_swap")
def test_served(start: Start) -> None:
    """A model that is asked for is served from the answer on; one that drifted or raises, or no name, is refused."""
    server = running(start, CHANGING)
    swaps.served(server.api, "second", SECOND)
    swaps.refused(server.api, ["drifted", "garbled"], SECOND)
    swaps.unknown(server.api, SECOND)


@exercise("hot_swap")
def test_meanwhile_loading(start: Start) -> None:
    """While a bundle loads, predictions go on."""
    swaps.meanwhile(running(start, CHANGING))


@exercise("hot_swap")
def test_never_mixed(start: Start) -> None:
    """No answer mixes two models, while they change to and fro."""
    swaps.never_mixed(running(start, CHANGING))


@exercise("hot_swap")
def test_survives(start: Start, folder: Folder) -> None:
    """The choice survives a restart."""
    swaps.survives(start, folder, "second", SECOND)


@exercise("hot_swap")
def test_becomes_ready(start: Start) -> None:
    """Without any model, PUT makes the service ready."""
    swaps.becomes_ready(running(start, EMPTY).api, "second", SECOND)


@exercise("books")
def test_lines(booked: Running) -> None:
    """One JSON line on stdout for each request, refusals and 500 included, says whose it was."""
    ledgers.lines(booked, "line")


@exercise("books")
def test_no_key(booked: Running) -> None:
    """No key stands anywhere in the output."""
    ledgers.no_key(booked)


@exercise("books")
def test_counted(booked: Running) -> None:
    """GET /metrics counts exactly what the clients were answered, at 12 at a time, too."""
    ledgers.counted(booked)


@exercise("books")
def test_audited(start: Start, folder: Folder) -> None:
    """The audit has one line for each prediction answered 200, and no other, when the process has ended on SIGTERM."""
    ledgers.audited([running(start, sharing(folder))], folder, "entry")


@exercise("under_fire")
@weightless
def test_fire_told(start: Start) -> None:
    """Two replicas carry the load of four honest clients, and what one of them is told the other serves."""
    campaign.held(campaign.begin(start).phase("told", faults.told))


@exercise("under_fire")
def test_fire_cache(start: Start) -> None:
    """The cache hangs, dies and comes back: all answers are right all the time, and then there are hits again."""
    campaign.held(campaign.current(start).phase("cache", faults.cache))


@exercise("under_fire")
def test_fire_swap(start: Start) -> None:
    """A drifted bundle is refused, good ones are served by both replicas, and each answer is one model's."""
    campaign.held(campaign.current(start).phase("swap", faults.swap))


@exercise("under_fire")
def test_fire_flood(start: Start) -> None:
    """One client sends far more than its tokens: it is told so, and nobody else is refused for it."""
    campaign.held(campaign.current(start).phase("flood", faults.flood))


@exercise("under_fire")
def test_fire_crowd(start: Start) -> None:
    """80 come at once while the model is slow: QUEUE_LIMIT of them wait, the others are told so at once."""
    campaign.held(campaign.current(start).phase("crowd", faults.crowd))


@exercise("under_fire")
def test_fire_restart(start: Start) -> None:
    """What is in flight at SIGTERM is answered, and the replica that returns serves what was chosen."""
    campaign.held(campaign.current(start).phase("restart", faults.restart))


@exercise("under_fire")
def test_fire_audit(start: Start) -> None:
    """In the end each answer stands in the audit once."""
    campaign.held(campaign.current(start).phase("audit", faults.audit))
