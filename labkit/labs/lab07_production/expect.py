"""How the checks of lab 07 start the student's module, and what they expect of it."""

from __future__ import annotations

import contextlib
import json
import secrets
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, NoReturn

from pydantic import ValidationError

from labkit.checks.api import Mismatch
from labkit.checks.running import Running, Start
from labkit.labs.lab07_production.reports import Configuration, Report
from labkit.sandbox.setup import Command, Setup

MODULE = "lab07_production"
KEY = secrets.token_hex(12)
"""The secret: wherever it turns up, it was shown."""
ENVIRONMENT = {"API_KEY": KEY, "API_VERSION": "3.1.4", "API_LOG_LEVEL": "INFO"}

INSIDE = Setup(ENVIRONMENT, output=True)
SINGLE = Setup(ENVIRONMENT, command=Command("uvicorn"))
WORKERS = Setup(ENVIRONMENT, command=Command("uvicorn", ("--workers", "2")))
GUNICORN = replace(
    WORKERS, command=Command("gunicorn", ("--workers", "2", "--worker-class", "uvicorn_worker.UvicornWorker"))
)
_PLAIN = b"""import os
from fastapi import FastAPI
app = FastAPI()
app.get("/whoami")(lambda: {"pid": os.getpid()})
"""
CONFIGURED = Setup(
    files={"labs/plain.py": _PLAIN},
    command=Command("gunicorn", ("--config", f"{MODULE}/gunicorn.conf.py", "--workers", "2"), app="plain:app"),
)
"""gunicorn with the student's configuration and an application of ours: the two are judged apart."""

PATIENCE = 12.0
"""How long two processes may take to answer, in seconds."""


def two_apps(first: dict[str, str], second: dict[str, str]) -> Setup:
    """Return the setup in which `create_app` is called three times, see labkit.labs.lab07_production.two_apps."""
    variables = {"MODULE": MODULE, "FIRST": json.dumps(first), "SECOND": json.dumps(second)}
    return Setup(variables, command=Command("uvicorn", app="labkit.labs.lab07_production.two_apps:app"))


def report(running: Running) -> Report:
    """Return what two_apps has to say.

    Raises:
        Mismatch: it did not come that far, or somebody else has answered in its place.
    """
    if running.problem:
        raise Mismatch("create_app(Settings())", "an app", running.problem)
    reply = running.api.get("/report")
    try:
        return Report.model_validate(reply.json)
    except ValidationError:
        reply.fail("what became of each call of create_app")


def refuse_to_start(start: Start, variable: str, environment: dict[str, str]) -> Running:
    """Start the module where a variable is bad or missing, and expect that it ends and says which one it is.

    Raises:
        Mismatch: it serves, or its last words do not name the variable.
    """
    running = start(Setup(environment, command=Command("uvicorn")))
    sent = f"uvicorn {MODULE}:app, with {variable}={environment[variable]}" if variable in environment else ""
    sent = sent or f"uvicorn {MODULE}:app, without {variable}"
    expected = f"it ends, and names {variable}"
    if not running.problem:
        raise Mismatch(sent, expected, "it serves")
    lines = [line for stream in running.printed(lambda out, err: bool(out or err)) for line in stream]
    if not any(variable in line for line in lines):
        field = variable.removeprefix("API_").lower()
        named = any(line.strip().lower() in (field, f"api_{field}") for line in lines)
        advice = f'pydantic names a field by its alias: give it the alias "{variable}"' if named else None
        raise Mismatch(sent, expected, running.problem, advice)
    return running


def serving(running: Running, command: str) -> Running:
    """Expect that a server has started.

    Raises:
        Mismatch: it has not.
    """
    if running.problem:
        raise Mismatch(command, "a server that starts", running.problem)
    return running


def pids(running: Running, without: int = 0) -> set[int]:
    """Ask `GET /whoami` until two processes other than one have answered, and return their numbers.

    Raises:
        Mismatch: only one has, or the answers have no numbers.
    """
    found: set[int] = set()
    until = time.monotonic() + PATIENCE
    with ThreadPoolExecutor(8) as pool:
        while len(found - {without}) < 2 and time.monotonic() < until:
            for answer in pool.map(lambda _: _pid(running), range(8)):
                found |= {answer} if answer else set()
    if len(found - {without}) < 2:
        _one_only(found - {without}, without)
    return found - {without}


def replace_killed(running: Running) -> None:
    """Kill a worker, and expect another in its place.

    Raises:
        Mismatch: there is none, or the number is not that of a worker.
    """
    victim = min(pids(running))
    if not running.signal(signal.SIGKILL, victim):
        raise Mismatch("GET /whoami", "the number of a process of this server", f"{victim}", "os.getpid()")
    pids(running, without=victim)


def _pid(running: Running) -> int | None:
    with contextlib.suppress(Mismatch):
        body = running.api.get("/whoami").json
        pid = body.get("pid") if isinstance(body, dict) else None
        return pid if type(pid) is int else None
    return None


def _one_only(found: set[int], without: int) -> NoReturn:
    got = f"pid {', '.join(map(str, found))} alone" if found else "no pid"
    sent = f"GET /whoami, again and again{f', after kill -9 {without}' if without else ''}"
    raise Mismatch(sent, "two processes answer", f"{got} in {PATIENCE:g} s")


WORDS = "shutdown complete"
_OF_UVICORN = "Application shutdown complete"


def silent(what: str, running: Running, advice: str | None = None) -> None:
    """Expect that the key is in no line that was printed.

    Raises:
        Mismatch: it is.
    """
    if any(KEY in line for stream in running.printed() for line in stream):
        raise Mismatch(what, "no line with the key", "the key itself", advice)


def said_at_the_end(running: Running) -> None:
    """Expect the last words of the student's lifespan; uvicorn's own, which read alike, are not those.

    Raises:
        Mismatch: there are none.
    """
    out, err = running.printed(lambda out, err: any(map(_says_so, [*out, *err])))
    if not any(map(_says_so, [*out, *err])):
        lines = [line for line in err if line.strip()]
        raise Mismatch("SIGTERM", f"a line with: {WORDS}", f"last: {lines[-1] if lines else 'nothing'}")


def settings(start: Start) -> Configuration:
    """Return what gunicorn makes of the student's file."""
    return Configuration.of(start(CONFIGURED).settings)


_CLASS = "uvicorn_worker._workers.UvicornWorker"


def other_class(start: Start) -> str:
    """Return the class of the workers where it is not the one that is wanted; empty where it is."""
    found = settings(start)
    if _CLASS in found.worker_class:
        return ""
    return (found.worker_class or ["nothing"])[0] if "worker_class" in found.named else "sync, the default"


def silencer(start: Start) -> str:
    """Say which setting keeps gunicorn from answering; empty where that is none that is known."""
    found = settings(start)
    if found.daemon:
        return "daemon is True: gunicorn detaches, and who has started it sees it end"
    other = other_class(start) if found.worker_class else ""  # there is none where the file cannot be read
    return f"worker_class is {other}: an ASGI app needs workers of its own" if other else ""


def named(start: Start, name: str, fits: Callable[[Any], bool], expected: str) -> None:
    """Expect that the student's file has a setting, and that it fits.

    Raises:
        Mismatch: it has not, or it does not.
    """
    found = settings(start)
    if name not in found.named:
        raise Mismatch(f"{name} in gunicorn.conf.py", expected, "nothing")
    if not fits(value := getattr(found, name)):
        raise Mismatch(f"{name} in gunicorn.conf.py", expected, f"{value}")


def _says_so(line: str) -> bool:
    return WORDS in line.replace(_OF_UVICORN, "")
