"""How the servers of lab 13 are started: with which model, which models behind the gateway, which replicas."""

from __future__ import annotations

import json

from labkit.checks.api import Mismatch
from labkit.checks.models import MODEL, StandIn, saved
from labkit.checks.predictions import IRIS, Known
from labkit.checks.running import Running, Start
from labkit.checks.running import running as serving
from labkit.companions import nginx
from labkit.companions.replica import Replica
from labkit.companions.upstream import Upstream
from labkit.labs.lab13_scale.models import DIARY, Noting, Picky
from labkit.sandbox.setup import FOLDER, Command, Companion, Setup

SLOW, BAD = 9.0, -77.0
"""A row with a number from the first on is slow; one that begins with the second makes the model raise."""
TOGETHER = Known(Picky(seed=131, seconds=0.25, slow_from=SLOW, bad=BAD), IRIS, "13.1")
WEARY = Picky(seed=131, seconds=1.2, slow_from=SLOW, bad=BAD)
NOTING = Known(Noting(seed=132), ["lamp", "mug", "plate"], "13.2")
NAMES = ("ash", "birch", "cedar", "elm", "fir")
UPSTREAMS, SERVER, FLASK = "upstreams.conf.template", "server.conf.template", "flask_app.py"
CALLS = "/hall/calls"
"""Where a replica of the hall tells how many rows each call of its model had."""
_BESIDE = "lab13_scale"
_STARTS = {"nginx": "nginx with your file", "gunicorn": f"gunicorn flask_app:app, in labs/{_BESIDE}"}
_PLAIN_SERVER = """server {
    listen ${LISTEN};
    location /sticky { proxy_pass http://sticky; }
    location / { proxy_pass http://api; }
}
"""
PLAIN_UPSTREAMS = """upstream api { server ${REPLICA_1}; }
upstream sticky { server ${REPLICA_2}; }
"""


def batching(batch: int, wait: float, found: StandIn = TOGETHER.model) -> Setup:
    """Return how the module is started with a bound on rows, a time to wait and a model, without a gateway."""
    return _module(found, MAX_BATCH=str(batch), MAX_WAIT=str(wait))


def gateway(
    models: int = 3,
    *,
    seconds: float = 20.0,
    failures: int = 1000,
    cooldown: float = 30.0,
    companion: Companion = Upstream,
) -> Setup:
    """Return how the module is started with models behind it.

    Args:
        models: how many.
        seconds: how long one of them may take.
        failures: how many failures in a row open a breaker.
        cooldown: for how many seconds.
        companion: what stands at the address of each.
    """
    variables = {name: f"MODEL_{name.upper()}" for name in NAMES[:models]}
    urls = json.dumps({name: f"{{{variable}}}" for name, variable in variables.items()})
    return _module(
        StandIn(3, seed=133),
        dict.fromkeys(variables.values(), companion),
        MODEL_URLS=urls,
        UPSTREAM_TIMEOUT=str(seconds),
        BREAKER_FAILURES=str(failures),
        BREAKER_COOLDOWN=str(cooldown),
    )


def model(server: Running, name: str) -> Upstream:
    """Return the model of a name behind a gateway."""
    found: Upstream = server.companions[f"MODEL_{name.upper()}"]
    return found


def _module(found: StandIn, companions: dict[str, Companion] | None = None, /, **environment: str) -> Setup:
    environment["MODEL_PATH"] = f"{FOLDER}/{MODEL}"
    files = {MODEL: saved(found, IRIS, TOGETHER.version)}
    # What the gateway makes a 502 of stands in its log.
    return Setup(environment, files, output=bool(companions), companions=companions or {})


def balancer() -> Setup:
    """Return how nginx is started with the student's upstreams, and a server of ours."""
    return _nginx((f"{_BESIDE}/{UPSTREAMS}", f"ours/{SERVER}"), {f"labs/ours/{SERVER}": _PLAIN_SERVER.encode()})


def door() -> Setup:
    """Return how nginx is started with the student's server, and upstreams of ours."""
    return _nginx((f"ours/{UPSTREAMS}", f"{_BESIDE}/{SERVER}"), {f"labs/ours/{UPSTREAMS}": PLAIN_UPSTREAMS.encode()})


def _nginx(templates: tuple[str, str], files: dict[str, bytes]) -> Setup:
    replicas = dict.fromkeys(nginx.NAMES[1:], Replica)
    return Setup(files=files, companions=replicas, command=Command("nginx", templates))


def flask() -> Setup:
    """Return how Flask's app is started, with a model that writes down what is done to it."""
    environment = {"MODEL_PATH": f"{FOLDER}/{MODEL}", DIARY: f"{FOLDER}/diary"}
    files = {MODEL: saved(NOTING.model, NOTING.classes, NOTING.version)}
    command = Command("gunicorn", ("--pythonpath", _BESIDE, "--no-control-socket"), app="flask_app:app")
    return Setup(environment, files, command=command)


def running(start: Start, wanted: Setup, *, fresh: bool = False) -> Running:
    """Return a server that runs, or say why it does not.

    Raises:
        Mismatch: it does not start.
        NoNginx: it takes an nginx, and there is none.
    """
    program = wanted.command.program if wanted.command else ""
    if program == "nginx":
        nginx.program()
    try:
        return serving(start, wanted, fresh=fresh, sent=_STARTS.get(program, "the start of your module"))
    except Mismatch as problem:
        if program != "nginx":
            raise
        said = nginx.complaint(problem.got)
        raise Mismatch(problem.sent, problem.expected, said, nginx.advice(said)) from None
