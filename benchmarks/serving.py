"""Compares ways to serve one model: modules of this workbook beside LitServe, BentoML and Flask under gunicorn.

    python benchmarks/serving.py [--seconds 4] [--turns 5] [--users 32] [--only batched]

All have the same model (`make data`) and the same JSON: `POST /predict {"features": [4 numbers]}`. The others have a
virtual environment of their own each, made with `uv` below build/, because their pins may clash with ours. All run at
the same time and are loaded in turns, a few seconds each, again and again: what else the machine does meets all alike.
A ratio is the median of the ratios of the same turn. A ping is the same server asked for nothing: no prediction can be
faster. What has no model checks the same body, and shows what of the ping is left by then. The load comes from wrk
where that is installed, else from locust; how much of a core the generator has used stands in the table: near 100 % it
is what limits.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import httpx
import psutil
from contenders import Contender, contenders
from rich.console import Console
from rich.table import Table

from labkit.http.requests import read
from labkit.labs.lab07_production.server import free_port
from labkit.loadtest.load import Load
from labkit.setup.training import iris

TOP = Path(__file__).resolve().parent.parent
PLACE = TOP / "build" / "serving"
SOLUTIONS = TOP / "solutions"
FEATURES = [5.1, 3.5, 1.4, 0.2]
START = 180.0
FAILS = (RuntimeError, OSError, subprocess.CalledProcessError)
PING = "/health"
Turn = tuple[float, float, float]
FAILED: Turn = (0.0, 0.0, 0.0)
"""A turn in which a request failed: its numbers would say nothing."""


def prepared(contender: Contender, console: Console) -> tuple[Path, str]:
    """Return the folder that a contender runs in, and its Python; both are made if they are not there."""
    folder = SOLUTIONS
    if contender.code:
        folder = PLACE / re.sub(r"\W+", "-", contender.name.lower())
        folder.mkdir(exist_ok=True)
        (folder / "service.py").write_text(contender.code, encoding="utf-8")
    return folder, str(_environment(contender, console)) if contender.packages else sys.executable


def _environment(contender: Contender, console: Console) -> Path:
    """Return the Python of an environment that has the packages of a contender."""
    folder = PLACE / re.sub(r"\W+", "-", " ".join(contender.packages))
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        console.print(f"making an environment for {contender.name}")
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True)
        subprocess.run([*uv, "pip", "install", "--quiet", "--python", python, *contender.packages], check=True)
        (folder / "ready").touch()
    return python


@contextlib.contextmanager
def serving(contender: Contender, model: Path, console: Console) -> Iterator[str]:
    """Serve the model, and return the address of /predict once it answers rightly; end it afterwards."""
    folder, python = prepared(contender, console)
    port = free_port()
    own = {
        "API_MODEL_PATH": str(model),
        "MODEL_PATH": str(model),
        "API_KEY": "of-no-use",
        "API_LOG_LEVEL": "WARNING",
        "BENTOML_DO_NOT_TRACK": "1",
    }
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    environment = {**os.environ, **own, **threads, "PORT": str(port), "WORKERS": str(contender.workers)}
    with (PLACE / "serving.log").open("ab") as log:
        server = subprocess.Popen(
            contender.command.format(port=port, python=python).split(),
            cwd=folder,
            env={**environment, "PATH": f"{Path(python).parent}{os.pathsep}{environment['PATH']}"},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(server, url)
            yield url
        finally:
            end(server)


def _wait(server: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(httpx.HTTPError, ValueError):
            answer = httpx.post(f"{url}/predict", json={"features": FEATURES}, timeout=5.0, trust_env=False)
            if answer.status_code == 200 and answer.json()["label"] == "setosa":
                return
        time.sleep(0.2)
    raise RuntimeError(f"it does not serve: see {PLACE / 'serving.log'}")


def end(server: subprocess.Popen[bytes]) -> None:
    """End a server and everything below it."""
    below = []
    with contextlib.suppress(psutil.Error):
        below = psutil.Process(server.pid).children(recursive=True)
    server.send_signal(signal.SIGTERM)
    _, alive = psutil.wait_procs([*below, psutil.Process(server.pid)] if server.poll() is None else below, timeout=10)
    for one in alive:
        with contextlib.suppress(psutil.Error):
            one.kill()
    server.wait()


def measured(one: Contender, url: str, users: int, seconds: float) -> Turn:
    """Return answers per second, the time below which 95 of 100 answers stay, in ms, and how busy the generator was."""
    if shutil.which("wrk"):
        return _with_wrk(one, url, users, seconds)
    asked = read("GET", PING) if one.ping else read("POST", "/predict", json={"features": FEATURES})
    load = Load(asked, users, seconds)
    with contextlib.redirect_stdout(None):
        load.begin(url).wait()
    if load.statuses.keys() != {"200"}:
        raise RuntimeError(f"answers other than 200: {dict(load.statuses)}")
    return load.throughput, 1000 * load.p95, max(second.busy for second in load.each_second)


def _with_wrk(one: Contender, url: str, users: int, seconds: float) -> Turn:
    script = PLACE / "ask.lua"
    body = json.dumps({"features": FEATURES})
    post = f"wrk.method = 'POST'\nwrk.body = '{body}'\nwrk.headers['Content-Type'] = 'application/json'\n"
    script.write_text(
        ("" if one.ping else post)
        + "done = function(summary, latency) io.write(string.format('P95 %f ERRORS %d\\n', latency:percentile(95), "
        "summary.errors.status + summary.errors.read + summary.errors.connect + summary.errors.timeout)) end\n",
        encoding="utf-8",
    )
    begun = os.times()
    command = [
        "wrk",
        "-t1",
        f"-c{users}",
        f"-d{seconds:g}s",
        "-s",
        str(script),
        f"{url}{PING if one.ping else '/predict'}",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    ended = os.times()
    busy = (ended.children_user + ended.children_system - begun.children_user - begun.children_system) / seconds
    found = re.search(r"P95 (?P<p95>[\d.]+) ERRORS (?P<errors>\d+)", said)
    rate = re.search(r"Requests/sec:\s*([\d.]+)", said)
    if not found or not rate or int(found["errors"]):
        raise RuntimeError(f"wrk said {said}")
    return float(rate[1]), float(found["p95"]) / 1000, busy


def main() -> None:
    """Measure everybody, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=4.0, help="for how long each is loaded in a turn")
    parser.add_argument("--turns", type=int, default=5, help="how many turns there are")
    parser.add_argument("--users", type=int, default=32, help="how many send at the same time")
    parser.add_argument("--only", default="", help="compare the first with those whose name has this in it")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # whoever ends this ends the servers as well
    console = Console()
    PLACE.mkdir(parents=True, exist_ok=True)
    from sklearn import __version__ as sklearn

    model, everybody = iris(), contenders(sklearn)
    everybody = [one for one in everybody if one is everybody[0] or options.only in one.name]
    problems: dict[Contender, str] = {}
    with contextlib.ExitStack() as stack:
        urls = {}
        for one in everybody:
            try:
                urls[one] = stack.enter_context(serving(one, model, console))
                measured(one, urls[one], options.users, 1.0)  # nobody is measured cold
            except FAILS as problem:
                problems[one] = str(problem)
        found: dict[Contender, list[Turn]] = {one: [] for one in urls if one not in problems}
        for turn in range(options.turns):
            for one in sorted(found, key=everybody.index, reverse=turn % 2 == 1):
                try:
                    found[one].append(measured(one, urls[one], options.users, options.seconds))
                    said = f"{found[one][-1][0]:.0f} answers per second"
                except FAILS as problem:
                    found[one].append(FAILED)
                    said = f"this turn does not count: {problem}"
                console.print(f"{turn + 1}  {one.name}, {one.workers}: {said}", soft_wrap=True)
    _show(found, console)
    console.print(f"{options.users} users, {os.cpu_count()} cores, load {os.getloadavg()[2]:.1f} before and during it")
    for one, why in problems.items():
        console.print(f"{one.name}, {one.workers}: not measured, {why}", soft_wrap=True)


def _show(found: dict[Contender, list[Turn]], console: Console) -> None:
    heads = ("", "workers", "per second", "of the first", "p95 in ms", "generator", "turns")
    table = Table(*heads, box=None, pad_edge=False)
    first = next(iter(found.values()), [])
    for one, turns in found.items():
        counted = [numbers for numbers in turns if numbers is not FAILED]
        numbers = ["-"] * 4
        if counted:
            rate, p95, busy = (median(column) for column in zip(*counted, strict=True))
            numbers = [f"{rate:.0f}", _ratio(turns, first), f"{p95:.1f}", f"{busy:.0%}"]
        table.add_row(one.name, str(one.workers), *numbers, f"{len(counted)} of {len(turns)}")
    console.print(table)
    pinged = {one.command: turns for one, turns in found.items() if one.ping}
    others = {one: turns for one, turns in found.items() if one.name.startswith("LitServe")}
    for one, turns in found.items():
        if one.command in pinged and not one.ping:
            ratios = [f"{_ratio(turns, pinged[one.command])} of its ping"]
            ratios += [f"{_ratio(turns, theirs)} of {other.name}, {other.workers}" for other, theirs in others.items()]
            console.print(f"{one.name}: {'; '.join(ratios)}", soft_wrap=True)


def _ratio(turns: list[Turn], to: list[Turn]) -> str:
    """Return how answers per second stand to those of somebody else in the same turns."""
    pairs = [(mine, other) for mine, other in zip(turns, to, strict=True) if FAILED not in (mine, other)]
    return f"{median(mine[0] / other[0] for mine, other in pairs):.2f}" if pairs else "-"


if __name__ == "__main__":
    main()
