"""A production server that a notebook holds: its processes, its end, and nothing left of it."""

import json
import os
import signal
import subprocess
import sys

import psutil
import pytest
from support.live import refused, until

from labkit.labs.lab07_production.roulette import LOST, Roulette, spin
from labkit.labs.lab07_production.server import Production

pytestmark = pytest.mark.sandbox

MODULE = (
    "import itertools, os, time\nfrom fastapi import FastAPI\n"
    "def create_app():\n    app = FastAPI()\n    calls = itertools.count(1)\n"
    "    @app.get('/count')\n    def count():\n        return {'pid': os.getpid(), 'count': next(calls)}\n"
    "    @app.get('/slow')\n    def slow():\n        print('slow begins', flush=True)\n"
    "        while not os.path.exists('go'): time.sleep(0.01)\n"
    "    return app\n"
)


@pytest.fixture
def module(tmp_path):
    path = tmp_path / "student.py"
    path.write_text(MODULE, encoding="utf-8")
    return path


@pytest.fixture
def start(module):
    started = []

    def production(program, workers, *options, **environment):
        started.append(Production(module, program, workers, options, environment).begin())
        return started[-1]

    yield production
    for server in started:
        server.stop()


def port(server):
    return int(server.url.rpartition(":")[2])


@pytest.mark.parametrize("program", ["uvicorn", "gunicorn"])
def test_it_has_workers_and_replaces_one_that_is_killed(start, program):
    """Two workers run; one that is killed is replaced; the roulette shows who answered, and whose end it was."""
    server = start(program, 2)
    until(lambda: len(server.workers) == 2)
    assert server.running, server.log(20)
    assert server.client.get("/nowhere", timeout=300).status_code == 404  # who answers within a moment, has started
    roulette = spin(server, "/count", 2.0, 40, kill_after=0.5)
    (killed,) = roulette.killed
    assert killed not in server.workers
    assert len(roulette.processes) >= 2
    for process in roulette.processes.values():
        assert process.counter == process.answers or process.pid == killed
    assert f"pid {killed}" in str(roulette)
    assert "data-pid" in roulette.html()


def test_sigterm_lets_a_request_end(start, tmp_path):
    """A request that is under way when the server is told to end is answered, and the port is given back."""
    from concurrent.futures import ThreadPoolExecutor

    server = start("uvicorn", None)
    with ThreadPoolExecutor() as pool:
        under_way = pool.submit(server.client.get, "/slow", timeout=100)
        until(lambda: "slow begins" in str(server.log))
        server.terminate()
        until(lambda: "Shutting down" in str(server.log))
        (tmp_path / "go").touch()
        assert under_way.result().status_code == 200
    assert server.exit_code(30) in (0, -signal.SIGTERM)
    until(lambda: refused(port(server)))
    assert "ended with exit code" in str(server)


def test_a_server_that_does_not_start_says_so(module, start):
    """The exit code and the last lines of its log are shown."""
    module.write_text("raise ValueError('no key')\n", encoding="utf-8")
    server = start("uvicorn", None)
    assert not server.running
    assert server.exit_code() == 1
    assert "ValueError: no key" in str(server)


def test_only_its_own_processes_are_signalled(start):
    """A number that is none of its processes is refused."""
    server = start("uvicorn", None)
    with pytest.raises(ValueError, match="no process of this server"):
        server.kill(os.getpid())


_KERNEL = """
import json, sys, time
from pathlib import Path
from labkit.labs.lab07_production.server import Production
servers = [Production(Path(sys.argv[1]), name, 2, (), {}).begin() for name in ("uvicorn", "gunicorn")]
found = {"pids": [one for server in servers for one in (server.pid, *server.workers, server._leash.pid)],
         "ports": [int(server.url.rpartition(":")[2]) for server in servers]}
Path(sys.argv[2]).write_text(json.dumps(found))
time.sleep(300)
"""


def test_nothing_is_left_where_the_kernel_is_killed(module, tmp_path):
    """When the process that holds the servers is killed with SIGKILL, all processes end and the ports are free."""
    said = tmp_path / "said.json"
    kernel = subprocess.Popen([sys.executable, "-c", _KERNEL, str(module), str(said)], stdout=subprocess.DEVNULL)
    try:
        until(lambda: said.exists() and said.read_text())
    finally:
        kernel.kill()
        kernel.wait()
    found = json.loads(said.read_text(encoding="utf-8"))
    assert len(found["pids"]) >= 6
    until(lambda: not any(psutil.pid_exists(pid) for pid in found["pids"]))
    assert all(refused(one) for one in found["ports"])
    assert sorted(path.name for path in module.parent.iterdir() if path.name != "__pycache__") == [
        "said.json",
        "student.py",
    ]


def test_the_roulette_counts_in_both_forms():
    """Answers, processes, their counters, what was lost and who was killed are in the text and in the drawing."""
    roulette = Roulette()
    for pid, counter in ((10, 1), (20, 1), (10, 2)):
        roulette.take(pid, counter)
    roulette.lose()
    roulette.killed[10] = 3
    assert roulette.answers == [10, 20, 10, LOST]
    text = str(roulette)
    assert "4 requests, 2 processes, 1 lost" in text
    assert "ABA!" in text
    assert "A  pid 10: 2 answers, its counter says 2, killed" in text
    assert roulette.html().count("data-pid=") == 3
    assert "✗ killed 10" in roulette.html()
    after = Roulette(letters=roulette.letters)
    for pid in (30, 20):
        after.take(pid, 1)
    assert "CB" in str(after), "a process keeps its letter in the next picture"
