"""How the servers of lab 14 are started, and how they are asked.

No check minds what another has asked before: each asks rows, and comes as clients, that are its own.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from labkit.checks.api import Api, Reply
from labkit.checks.models import MODEL
from labkit.checks.predictions import Known
from labkit.checks.running import Running
from labkit.companions.door import Shared
from labkit.labs.lab14_capstone.models import bundle, known
from labkit.sandbox.patience import patience
from labkit.sandbox.setup import ADDRESS, FOLDER, SHARED, Setup
from labkit.sandbox.shared import Folder

FIRST, SECOND, THIRD = known("heron-1"), known("ibis-2", 1), known("crane-3", 2)
BRISK = [known("brisk-1", 0, seconds=0.15), known("brisk-2", 1, seconds=0.15), known("brisk-3", 2, seconds=0.15)]
"""Versions of which a call is always in progress while four ask."""
WADING = known("wader-9", 1, loading=2.5)
LUMBERING = known("lumber-5", seconds=0.4)
STORE = {
    "second": bundle(SECOND),
    "third": bundle(THIRD),
    "wading": bundle(WADING),
    "drifted": bundle(SECOND, drifted=True),
    "raising": bundle(known("egret-4", 1, raises="no GPU here")),
    "no-labels": bundle(SECOND, without="classes"),
    "no-model": bundle(SECOND, without="model"),
    "garbled": b"\x80\x04 this was a model once",
    **{f"brisk{number}": bundle(one) for number, one in enumerate(BRISK)},
}
ADMIN, PLAIN, NOBODY = "client-0", "client-1", "client-2"
"""A client with both scopes, one that may predict, and one that may do nothing."""
CLIENTS = {f"client-{number}": ["predict"] for number in range(30)} | {ADMIN: ["predict", "admin"], NOBODY: ["read"]}
PREDICT = "/v2/predict"
ORIGIN = "https://garden.example"
LIMIT = 12
"""How many may wait."""
_numbers = itertools.count(random.randrange(1, 50))
_own = threading.local()


def key(client: str, number: int = 0) -> str:
    """Return a key of a client; it has two."""
    return hashlib.sha256(f"{client} {number}".encode()).hexdigest()[:32]


def account(client: str, scopes: list[str]) -> dict[str, Any]:
    """Return what API_KEYS says of a client."""
    return {"keys": [hashlib.sha256(key(client, number).encode()).hexdigest() for number in (0, 1)], "scopes": scopes}


ACCOUNTS = {name: account(name, scopes) for name, scopes in CLIENTS.items()}


def setup(*, model: Known | bytes | None = FIRST, **environment: str) -> Setup:
    """Return how a module is started that is alone.

    Args:
        model: what MODEL_PATH leads to; None for nothing.
        environment: its variables, where they are not the usual ones.
    """
    usual = {"BURST": "100000", "RATE": "10000", "QUEUE_LIMIT": "64", "API_KEYS": json.dumps(ACCOUNTS)}
    usual |= {"ALLOWED_ORIGINS": f"https://field.example,{ORIGIN}", "MODEL_PATH": f"{FOLDER}/{MODEL}"}
    usual |= {"MODEL_STORE": f"{FOLDER}/store", "STATE_PATH": f"{FOLDER}/state", "AUDIT_PATH": f"{FOLDER}/audit"}
    files = {f"store/{name}.joblib": content for name, content in STORE.items()}
    if model is not None:
        files[MODEL] = model if isinstance(model, bytes) else bundle(model)
    return Setup(usual | environment, files)


def sharing(folder: Folder, wanted: Setup | None = None) -> Setup:
    """Return how a replica is started: what it chooses and notes down lies in a folder that others see."""
    wanted = wanted or setup()
    paths = {"STATE_PATH": f"{SHARED}/state", "AUDIT_PATH": f"{SHARED}/audit"}
    return replace(wanted, environment={**wanted.environment, **paths}, shared=folder.path, output=True)


def with_store(wanted: Setup) -> Setup:
    """Return the same with the Valkey of this thread's checks."""
    address = {"CACHE_URL": f"redis://{ADDRESS}/0"}
    return replace(wanted, environment={**wanted.environment, **address}, companions={"CACHE_URL": valkey().door})


def valkey() -> Shared:
    """The Valkey of this thread's checks; it is there while a module is that was started with it."""
    if not hasattr(_own, "store"):
        _own.store = Shared()
    found: Shared = _own.store
    return found


ALONE = setup()
EXACT = setup(BURST="5", RATE="0.001")
"""Five tokens, and no more of them while the checks run."""
SMALL = setup(QUEUE_LIMIT=str(LIMIT))
CHANGING = setup(QUEUE_LIMIT="63")
"""A service of its own for checks that change its model."""
EMPTY = setup(model=None)


def flower(kind: float = 1.0) -> list[float]:
    """Return a row that nobody has asked before."""
    return [kind + next(_numbers) % 900 + round(random.random(), 6), *(round(random.uniform(0.1, 9), 3) for _ in "abc")]


def ask(
    api: Api, row: Any, client: str = ADMIN, *, version: int = 2, number: int = 0, headers: Any = None, **options: Any
) -> Reply:
    """Send a row to be predicted, with a key of a client."""
    sent = {"X-API-Key": key(client, number), **(headers or {})}
    return api.post(f"/v{version}/predict", json={"features": row}, headers=sent, **options)


def choose(api: Api, name: Any, client: str = ADMIN, **options: Any) -> Reply:
    """Ask for another model."""
    return api.request("PUT", "/admin/model", json={"name": name}, headers={"X-API-Key": key(client)}, **options)


def together(count: int, send: Callable[[int], Any], at_once: int = 0) -> list[Any]:
    """Do something so many times, all at once or so many at a time, and return what came of each."""
    with ThreadPoolExecutor(at_once or count) as threads:
        return list(threads.map(send, range(count)))


def calls(server: Running) -> list[tuple[str, int]]:
    """Return the calls of models since this was last asked for: the version and the number of rows of each."""
    words = [event.split() for event in server.events() if event.startswith("begin ")]
    return [(word[1], int(word[2])) for word in words]


def right(reply: Reply, row: Sequence[float], *versions: Known) -> Known:
    """Expect a whole answer of one of these versions, and return which."""
    named = reply.json.get("model_version") if isinstance(reply.json, dict) else None
    one = next((one for one in versions if one.version == named), versions[0])
    one.expect_prediction(reply, row)
    one.expect_confidence(reply, row)
    one.expect_probabilities(reply, row)
    return one


def wait_for(what: Callable[[], Any], seconds: float = 15.0) -> Any:
    """Return what is true at last, or what it was when the time was up."""
    until = time.monotonic() + patience(seconds)
    while not (found := what()) and time.monotonic() < until:
        time.sleep(0.05)
    return found
