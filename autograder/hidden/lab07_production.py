"""The hidden checks of lab07_production: the contract of the visible ones, with other inputs."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from labkit.checks.api import Api, Mismatch, Overdue, exercise
from labkit.checks.running import Start
from labkit.labs.lab07_production.expect import (
    ENVIRONMENT,
    GUNICORN,
    INSIDE,
    refuse_to_start,
    replace_killed,
    serving,
    silent,
)
from labkit.labs.lab07_production.shutdown import drain


@exercise("settings")
def test_other_environment(start: Start) -> None:
    """Another environment is another answer."""
    for version, level in (("0.0.1-beta", "DEBUG"), ("2026.11", "ERROR")):
        environment = {**ENVIRONMENT, "API_VERSION": version, "API_LOG_LEVEL": level}
        running = serving(start(replace(INSIDE, environment=environment)), f"API_VERSION={version}")
        running.api.get("/info").expect(200, {"version": version, "log_level": level})


@exercise("settings")
def test_other_level(start: Start) -> None:
    """Another unknown level stops the start as well, and the key is not in what it says."""
    running = refuse_to_start(start, "API_LOG_LEVEL", {**ENVIRONMENT, "API_LOG_LEVEL": "QUIET"})
    silent("API_LOG_LEVEL=QUIET", running)


@exercise("workers")
def test_killed_worker_of_gunicorn(start: Start) -> None:
    """A worker of gunicorn that is killed is replaced."""
    replace_killed(serving(start(GUNICORN), "gunicorn --workers 2"))


@exercise("graceful_shutdown")
def test_exact_bounds(api: Api) -> None:
    """0 s and 5 s are accepted, and words are refused."""
    api.get("/slow?seconds=0").expect(200)
    api.get("/slow?seconds=soon").refuse("seconds")
    with contextlib.suppress(Overdue):  # it is under way: the bound was accepted
        api.get("/slow?seconds=5", seconds=1.0).expect(200)


@exercise("graceful_shutdown")
def test_under_gunicorn(start: Start) -> None:
    """Under gunicorn, too, a request that is under way is answered, and all processes end."""
    ended = drain(serving(start(GUNICORN), "gunicorn --workers 2"), "/slow?seconds=1", 1.0)
    if ended.reply is None:
        raise Mismatch("GET /slow?seconds=1, then SIGTERM to gunicorn", "200", ended.lost)
    ended.reply.expect(200)
    if not ended.refuses or ended.code != 0:
        raise Mismatch("SIGTERM to gunicorn", "exit code 0", f"{ended.code}")
