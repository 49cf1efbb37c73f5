"""Five faults, each brought about by progress: what happens, and what is promised while it lasts."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any

from labkit.checks.running import Running
from labkit.labs.lab14_capstone.campaign import LIMIT, TOKENS, Campaign, Sent
from labkit.labs.lab14_capstone.ledgers import AUDIT, entries
from labkit.labs.lab14_capstone.models import SLOW
from labkit.labs.lab14_capstone.setups import ADMIN, BRISK, FIRST, SECOND, THIRD, calls, flower, key, valkey
from labkit.resilience.promises import Broken, Event, Late, Phase
from labkit.resilience.wire import Answer, Silent, Unreachable

HITS, HANGS, GONE = 3, 1.2, 0.8
SWAPS = 4
CROWD, VISITORS = 80, 4
FLOOD = 2 * TOKENS + 24
EVERY = (FIRST, SECOND, THIRD, *BRISK)
FOLLOW = "a replica that was told nothing has to look: ask STATE_PATH every half second"
RETURN = "what was chosen stands in STATE_PATH: look there when the app starts"


def told(campaign: Campaign, phase: Phase) -> None:
    """No fault: one replica is told to serve another model, and the other one learns of it."""
    already = _serves(campaign, 1) == {"version": THIRD.version}  # it has begun with what was chosen before
    name, version = ("second", SECOND.version) if already else ("third", THIRD.version)
    with campaign.under_load(phase, EVERY):
        _chosen(campaign, 0, name, version)
        _followed(campaign, phase, 1, version)


def cache(campaign: Campaign, phase: Phase) -> None:
    """Valkey hangs, dies, and comes back."""
    hits: list[Answer] = []
    store = valkey().valkey

    def heard(answer: Answer) -> None:
        if answer.headers.get("x-cache") == "hit":
            hits.append(answer)

    _asked_before(campaign, phase)
    campaign.seen.append(heard)
    try:
        with campaign.under_load(phase, EVERY):
            sent = "predictions, every third of which was asked before"
            phase.until(lambda: len(hits) >= HITS, Event(sent, f"{HITS} hits", "fewer"))
            try:
                store.freeze()
                time.sleep(HANGS)
                store.kill()
                time.sleep(GONE)
            finally:
                store.start()
            hits.clear()
            phase.until(lambda: hits, Event(sent, "hits again when Valkey is back", "only misses"))
    finally:
        campaign.seen.remove(heard)


def _asked_before(campaign: Campaign, phase: Phase) -> None:
    """Expect one row to be a hit at last, before anybody waits for more of them; a busy machine may answer late."""
    row, replicas = flower(), cycle(campaign.balancer.replicas)

    def hit() -> bool:
        return campaign.ask(next(replicas), row, "client-28", "twice").headers.get("x-cache") == "hit"

    sent = "POST /v2/predict with one row again and again, at both replicas"
    phase.until(hit, Event(sent, "X-Cache: hit", "never"))


def swap(campaign: Campaign, phase: Phase) -> None:
    """A drifted bundle is offered, then good ones, to one replica and to the other."""
    with campaign.under_load(phase, EVERY):
        answer = campaign.choose(0, "drifted")
        if answer.status != 422:
            sent, wanted = 'PUT /admin/model {"name": "drifted"}', "422: it does not say what its examples say"
            raise Broken(Event(sent, wanted, str(answer)))
        for number in range(SWAPS):
            version = BRISK[number % len(BRISK)]
            _chosen(campaign, number % 2, f"brisk{number % len(BRISK)}", version.version)
            _followed(campaign, phase, 1 - number % 2, version.version)


def _chosen(campaign: Campaign, number: int, name: str, version: str) -> None:
    answer = campaign.choose(number, name)
    if answer.status != 200:
        raise Broken(Event(f'PUT /admin/model {{"name": "{name}"}}', "200", str(answer)))
    after = campaign.ask(campaign.balancer.replicas[number], flower(), "client-28", "after")
    if after.status == 200 and after.fields.get("model_version") != version:
        sent = f"POST /v2/predict, after PUT /admin/model was answered with {version}"
        raise Broken(Event(sent, f"the answer of {version}", str(after)))


def _followed(campaign: Campaign, phase: Phase, number: int, version: str) -> None:
    sent = f"GET /admin/model at the {campaign.balancer.replicas[number].name} replica, after the other was told"
    told = Event(sent, f"{version}, within 5 s", "still another one", FOLLOW)
    phase.until(lambda: _serves(campaign, number) == {"version": version}, told)


def _serves(campaign: Campaign, number: int) -> Any:
    """Return what a replica says of the model that it serves."""
    return campaign.balancer.replicas[number].send("GET", "/admin/model", {"X-API-Key": key(ADMIN)}).json


def flood(campaign: Campaign, phase: Phase) -> None:
    """One client sends far more than it has tokens."""
    with campaign.under_load(phase, EVERY, busy=True), ThreadPoolExecutor(6) as threads:
        rows = [flower() for _ in range(FLOOD)]
        answers = list(threads.map(lambda row: campaign.ask(campaign.balancer, row, "client-27", "flood"), rows))
    told = [answer for answer in answers if answer.status == 429]
    sent = f"{FLOOD} predictions of one client, which has {TOKENS} tokens at each of two replicas"
    if any(not answer.headers.get("retry-after") for answer in told):
        raise Broken(Event(sent, "429 with Retry-After", "429 without"))
    passed = sum(answer.status == 200 for answer in answers)
    if passed > 2 * TOKENS or not told:
        raise Broken(
            Event(sent, f"429 for what is more than {2 * TOKENS}", f"{passed} times 200, {len(told)} times 429")
        )
    for answer, row in zip(answers, rows, strict=True):
        if answer.status != 429:
            campaign.judge(phase, f"a prediction of the client that sends {FLOOD}", row, answer, EVERY, busy=True)
    if phase.first:
        raise Broken(phase.first)


def crowd(campaign: Campaign, phase: Phase) -> None:
    """Many come at once, to one replica, while its model is slow."""
    replica, running = campaign.balancer.replicas[0], campaign.running[0]
    visitors = [f"client-{23 + number}" for number in range(VISITORS)]
    refused: list[bool] = []
    with campaign.under_load(phase, EVERY, busy=True):
        running.events()
        slow = campaign.sent(replica, [flower(SLOW)], ["client-28"])
        _begun(phase, running)
        over = False
        for one, answer in campaign.answers(slow + campaign.sent(replica, [flower() for _ in range(CROWD)], visitors)):
            over = over or one in slow
            if answer.status == 503:
                refused.append(not over)
            campaign.judge(phase, f"one of {CROWD} predictions at once", one.row, answer, EVERY, busy=True)
    if phase.first:
        raise Broken(phase.first)
    sent = f"{CROWD} predictions at once while the model is slow, with QUEUE_LIMIT {LIMIT}"
    after = [count for _, count in calls(running)][:1]
    if after and after[0] > LIMIT:
        raise Broken(Event(sent, f"at most {LIMIT} wait", f"{after[0]} rows in the next call"))
    if not refused or 2 * sum(refused) < len(refused):
        got = f"{len(refused)} times 503, {sum(refused)} of them before the slow call had ended"
        raise Late(Event(sent, "503 at once for those who find the queue full", got))


def _begun(phase: Phase, running: Running) -> None:
    """Wait until the journal of the models has the slow call; nothing else can begin until it ends."""
    told: list[str] = []

    def begun() -> bool:
        told.extend(running.events())
        return any(event.endswith("slow") for event in told)

    phase.until(begun, Event("a slow prediction", "a call of the model", "none"))


def restart(campaign: Campaign, phase: Phase) -> None:
    """One replica is told to end with requests in flight, and returns."""
    replica = campaign.balancer.replicas[0]
    with campaign.under_load(phase, EVERY, busy=True):
        _chosen(campaign, 0, "second", SECOND.version)
        campaign.running[0].events()
        flying = campaign.sent(replica, [flower(SLOW), flower(SLOW)], ["client-28"])
        _begun(phase, campaign.running[0])
        replica.send("GET", "/health", {})  # who comes later is answered: what came before is in flight
        replica.down = True
        campaign.running[0].signal(signal.SIGTERM)
        _landed(campaign, phase, flying)
        _gone(phase, campaign.running[0])
        campaign.returns(0)
        row = flower()
        answer = campaign.ask(campaign.balancer.replicas[0], row, "client-28", "back")
        if answer.status != 200 or answer.fields.get("model_version") != SECOND.version:
            wanted = f"the answer of {SECOND.version}, which was chosen before"
            raise Broken(Event("POST /v2/predict at the replica that has returned", wanted, str(answer), RETURN))


def _landed(campaign: Campaign, phase: Phase, flying: list[Sent]) -> None:
    """Expect all that was in flight to be answered."""
    sent = "a prediction that was in flight when the replica got SIGTERM"
    try:
        for one, answer in campaign.answers(flying):
            campaign.judge(phase, sent, one.row, answer, EVERY, busy=True)
    except (Unreachable, Silent) as problem:
        raise Broken(Event(sent, "an answer", str(problem))) from None


def _gone(phase: Phase, running: Running) -> None:
    phase.until(lambda: running.gone(0.2), Event("SIGTERM to a replica", "it ends", "it goes on"), 30.0)


def audit(campaign: Campaign, phase: Phase) -> None:
    """Both replicas end, and each answer stands in the audit once."""
    with campaign.under_load(phase, EVERY, busy=True):
        pass
    for replica, running in zip(campaign.balancer.replicas, campaign.running, strict=True):
        replica.down = True
        running.signal(signal.SIGTERM)
    for running in campaign.running:
        _gone(phase, running)
    found: dict[str, list[str]] = {}
    for entry in entries(campaign.folder):
        found.setdefault(str(entry.get("request_id")), []).append(str(entry.get("label")))
    for name, label in campaign.answered.items():
        if found.get(name) != [label]:
            got = f"{len(found.get(name, []))} lines for {name}, with {', '.join(found.get(name, [])) or 'nothing'}"
            sent = f"the {AUDIT} after {len(campaign.answered)} predictions were answered 200"
            raise Broken(Event(sent, f"one line for each, with its label {label}", got))


FAULTS = {"cache": cache, "swap": swap, "flood": flood, "crowd": crowd, "restart": restart, "audit": audit}
