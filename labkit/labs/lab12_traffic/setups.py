"""How the servers of lab 12 are started: a few situations, each of which several checks look at.

No check minds what another has asked before: each asks rows, and comes from addresses, that are its own.
"""

from __future__ import annotations

import itertools
import json
import random
import threading
from dataclasses import replace
from typing import Any

from labkit.checks.api import Api, Mismatch, Reply
from labkit.checks.models import MODEL, saved
from labkit.checks.running import Running, Start, running
from labkit.companions import absent
from labkit.companions.door import Shared
from labkit.labs.lab12_traffic.models import FAILING, LATE, SLOW, Telling
from labkit.sandbox.setup import ADDRESS, FOLDER, Companion, Setup

STORE = "CACHE_URL"
CLASSES = ["teal", "ochre", "mauve"]
KEYS = {f"key-{number}": f"client-{number // 2}" for number in range(24)}
"""Two keys for each of twelve clients."""
REFERENCE = {
    "edges": [[10.0, 20.0, 30.0], [-1.0, 0.0, 1.0, 2.0], [500.0], [0.1, 0.2, 0.3, 0.4, 0.5]],
    "shares": [[0.25, 0.25, 0.25, 0.25], [1 / 6, 1 / 6, 1 / 3, 1 / 6, 1 / 6], [0.5, 0.5], [1 / 6] * 6],
}
OPEN, WINDOW, MINIMUM, SIZE = 4, 12, 7, 4
"""Requests of an address in a minute, rows of drift at most and at least, and answers that are kept at most."""
SECONDS = 0.5
"""How long a slow call of the model takes."""
FROM_A_PROXY = {"FORWARDED_ALLOW_IPS": "*"}
_numbers = itertools.count(random.randrange(1, 100))
_own = threading.local()


def setup(*, seed: int = 12, version: str = "1.0.0", reference: Any = None, **environment: str) -> Setup:
    """Return how a module is started.

    Args:
        seed: which model it has.
        version: what that model is called.
        reference: what its inputs were, where they are not the usual ones.
        environment: its variables, where they are not the usual ones.
    """
    usual = {"RATE": "10000", "BURST": "100000", "OPEN_LIMIT": f"{OPEN}/minute", "CACHE_SIZE": str(SIZE)}
    usual |= {"DRIFT_WINDOW": str(WINDOW), "DRIFT_MINIMUM": str(MINIMUM), "API_KEYS": json.dumps(KEYS)}
    usual |= {"MODEL_PATH": f"{FOLDER}/{MODEL}", **FROM_A_PROXY}
    model = saved(Telling(3, seed=seed, seconds=SECONDS), CLASSES, version, reference=reference or REFERENCE)
    return Setup(usual | environment, {MODEL: model})


def with_store(asked: Setup, companion: Companion) -> Setup:
    """Return the same with a store, or with what there is in its place."""
    address = {STORE: f"redis://{ADDRESS}/0"}
    return replace(asked, environment={**asked.environment, **address}, companions={STORE: companion})


ALONE = setup()
"""No store."""


def shared(**more: Any) -> Setup:
    """Return how a module is started that has a store, the same for all of them."""
    return with_store(setup(**more), store().door)


def store() -> Shared:
    """The store of this thread's checks; it is there while a module is that was started with it."""
    if not hasattr(_own, "store"):
        _own.store = Shared()
    found: Shared = _own.store
    return found


NO_NEED = "the store is a help: ask it when somebody wants to know something, not when the module is loaded"
AWAY, SILENT = with_store(ALONE, absent.nobody), with_store(ALONE, absent.silent)


def without_store(start: Start, wanted: Setup, exercise: str) -> Running:
    """Return a server whose store is away; the section of the exercise must not need it to start.

    Raises:
        Mismatch: it does not start, or does so without that section.
    """
    found = running(start, wanted)
    if why := found.left_out.get(exercise):
        raise Mismatch("the start of your module, while the store is away", f"it serves {exercise}", why, NO_NEED)
    return found


def flower(*, slow: bool = False, failing: bool = False) -> list[float]:
    """Return a row that nobody has asked before."""
    kind = {(False, False): 1.0, (True, False): SLOW, (False, True): FAILING, (True, True): LATE}[slow, failing]
    return [kind + next(_numbers), *(round(random.uniform(0.1, 9), 3) for _ in range(3))]


def ask(api: Api, row: Any, key: str = "key-0", **options: Any) -> Reply:
    """Send a row to POST /predict."""
    return api.post("/predict", json={"features": row}, headers={"X-API-Key": key}, **options)
