"""A load: what it counts is what the server has seen, and whatever happens, it ends."""

import _thread
import asyncio
import random
import socket
import sys
import threading
import time
from collections import Counter

import nbformat
import psutil
import pytest
from fastapi import FastAPI, Response
from support import kernels
from support.kernels import running
from support.live import app, until

from labkit.http import requests
from labkit.http.requests import Ask
from labkit.loadtest.histogram import Histogram, bucket
from labkit.loadtest.load import Load
from labkit.loadtest.result import LoadResult

pytestmark = pytest.mark.program


@pytest.fixture
def seen():
    """How often each path was asked for."""
    return Counter()


@pytest.fixture
def arrived():
    """When each request came that may find the server stalled."""
    return []


@pytest.fixture
def student(server, seen, arrived):
    """A server that counts what it is asked."""
    made = FastAPI()

    @made.api_route("/{name}", methods=["GET", "POST"])
    async def answer(name: str, response: Response, body: dict | None = None):
        seen[name] += 1
        response.status_code = {"broken": 500, "gone": 404}.get(name, 200)
        if name == "slow" and seen[name] % 5 == 0:
            await asyncio.sleep(0.3)
        if name == "stalls":
            arrived.append(time.perf_counter())
            if seen[name] == 1:
                time.sleep(0.8)
        if name == "body":
            seen[str(body)] += 1

    server.serve(made)
    return server


def load(url, *asks, users=4, seconds=1.5, rate=None):
    return Load(requests.read(list(asks)), users, seconds, rate).begin(url)


def generators():
    return [one for one in psutil.Process().children() if "labkit.loadtest.generator" in " ".join(one.cmdline())]


def test_a_load_counts_what_the_server_has_seen(student, seen, capsys):
    """Every request the server has answered is counted, with its status; together and second by second."""
    result = load(student.url, "/fine", ("POST", "/body", {"a": 1}), "/broken", "/gone", seconds=3).wait()
    assert (result.state, result.running) == ("ended", False)
    assert result.requests == sum(seen[name] for name in ("fine", "body", "broken", "gone")) > 20
    assert result.failures == {"404": seen["gone"], "500": seen["broken"]}
    assert seen["{'a': 1}"] == seen["body"] > 0
    assert sum(len(second.times) for second in result.each_second) == result.requests
    assert sum(second.failures for second in result.each_second) == seen["gone"] + seen["broken"]
    assert capsys.readouterr().out == f"{result}\n"
    assert generators() == []


def test_percentiles_are_of_all_requests(student, seen):
    """Where one request of five takes 0.3 s, at least so many are counted as that slow."""
    result = load(student.url, "/slow", users=5, seconds=3).wait()
    assert slower(result, 0.3) >= seen["slow"] // 5
    assert result.p50 <= result.percentile(75) <= result.p95 <= result.p99 <= result.percentile(100)
    assert result.p95 >= 0.29
    assert result.requests == seen["slow"]


def test_a_stall_is_not_left_out_where_requests_are_due(student, arrived):
    """With a rate, each request is timed from when it was due, also those that a stall kept from being sent."""
    due = load(student.url, "/stalls", users=1, seconds=3, rate=40).wait()
    late = [came - arrived[0] - number / 40 for number, came in enumerate(arrived)]
    late_ones = sum(seconds > 0.42 for seconds in late)
    assert late_ones > 0
    assert slower(due, 0.4) >= late_ones - due.unanswered
    assert "timed from when it was due" in str(due)


def test_one_user_without_a_rate_sees_a_stall_once(student, seen):
    """Without a rate a user waits for an answer before it asks again, and the result says what that leaves out."""
    begun = time.perf_counter()
    without = load(student.url, "/stalls", users=1, seconds=2).wait()
    assert 1 <= slower(without, 0.4) <= (time.perf_counter() - begun) / 0.4
    assert without.requests == seen["stalls"]
    assert "it is asked less often" in str(without)


def slower(result, seconds):
    """How many requests took longer."""
    return sum(count for number, count in result._times.counts().items() if number >= bucket(seconds))


def test_requests_that_were_never_sent_are_named(student):
    """With a rate that the users cannot keep, what was due and never sent is said."""
    result = load(student.url, "/slow", users=1, seconds=1.5, rate=2000).wait()
    assert result.unsent > 0
    assert "requests were due and never sent" in str(result)


def test_a_server_that_is_not_there(server):
    """Where nobody answers, every request has failed without a status, and the reason is said."""
    server.start()
    url, port = server.url, server.port
    server.stop()
    with socket.socket() as taken:  # and does not listen
        taken.bind(("127.0.0.1", port))
        result = load(url, "/", users=1, seconds=1).wait()
    assert set(result.statuses) == {"0"}
    assert result.failures == {"0": result.requests}
    assert "no answer" in str(result)
    assert "ConnectionRefusedError" in str(result)


def test_a_request_without_end_does_not_keep_the_load(server):
    """A request that hangs when the load ends is waited for some seconds, then said."""
    made, gate = app(), threading.Event()
    made.get("/hangs")(lambda: gate.wait(60) and None)
    server.serve(made)
    result = load(server.url, "/hangs", users=2, seconds=0.5).wait()
    gate.set()
    assert (result.state, result.requests, result.unanswered) == ("ended", 0, 2)
    assert "2 requests had no answer" in str(result)


def test_a_load_can_be_stopped(student, seen):
    """Stopped, it sends no more, lets what is under way finish, and keeps what came until then."""
    result = load(student.url, "/fine", seconds=600)
    until(lambda: result.each_second)
    result.stop()
    assert (result.state, result.running) == ("stopped", False)
    assert result.requests == seen["fine"] > 0
    assert "stopped after" in str(result)
    until(lambda: not generators())
    assert result.stop().state == "stopped"


def test_an_interrupt_stops_a_load(student):
    """An interrupt of the cell that waits ends the load, and its numbers so far are the result."""
    result = load(student.url, "/fine", seconds=600)

    def interrupt():
        until(lambda: result.each_second)
        _thread.interrupt_main()

    threading.Thread(target=interrupt).start()
    assert result.wait().state == "stopped"
    until(lambda: not generators())


def test_a_generator_that_dies_is_said(student):
    """If the process that sends is killed, the load has failed, and says so."""
    result = load(student.url, "/fine", seconds=600)
    until(lambda: result.each_second)
    generators()[0].kill()
    assert result.wait().state == "failed"
    assert "could not be sent: the process that sends ended with -9" in str(result)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a kernel in another way")
def test_a_load_ends_with_the_kernel(tmp_path):
    """When the kernel is killed, the process that sends ends as well."""
    with running(tmp_path) as kernel:
        kernel.run('import labkit\nlab = labkit.open("lab01_hello")')
        kernel.run("%%section setup\nfrom fastapi import FastAPI\napp = FastAPI()")
        cell = kernel.run('load = lab.load("/", seconds=600, wait=False)\nprint(load._process.pid)')
        sending = psutil.Process(int(cell.stdout))
        psutil.Process(kernel.manager.provisioner.pid).kill()
        assert psutil.wait_procs([sending], timeout=300)[1] == []


def test_percentiles_are_within_half_a_percent():
    """The histogram tells any percentile of any times within half a percent of the exact one."""
    random.seed(1)
    times = sorted(random.lognormvariate(-5, 1.5) for _ in range(5000))
    histogram = Histogram()
    for seconds in times:
        histogram.add(seconds)
    for share in (1, 50, 95, 99, 99.9, 100):
        exact = times[max(0, round(len(times) * share / 100 + 0.4999) - 1)]
        assert histogram.percentile(share) == pytest.approx(exact, rel=0.006)
    assert len(histogram) == 5000
    assert str(Histogram().percentile(50)) == "nan"


def test_a_generator_that_is_itself_the_limit_is_said():
    """Where the process that sends uses a core, the result says that the numbers speak of it, too."""
    result = LoadResult([Ask("GET", "/")], 5, 10)
    counted = '"times": {"700": 9}, "statuses": {"200": 9}, "problems": {}'
    report = f'{{"at": 1.0, "passed": 1.0, {counted}, "busy": %s, "late": %s}}'
    result.take(report % (0.5, 0.0001))
    assert "process that sends" not in str(result)
    result.take(report % (0.5, 0.1))
    assert "got its turn 50 ms late on average, because this machine is busy" in str(result)
    result.take(report % (0.97, 0.1))
    assert "used 97 % of a core: it may be the limit" in str(result)
    assert (result.state, result.generator_cpu) == ("running", 0.97)


def test_a_load_looks_the_same_in_both_forms():
    """Before the first report and after it, each number of the text stands in the HTML form."""
    result = LoadResult([Ask("GET", "/<b>")], 5, 10)
    assert "GET /<b>, 5 users: starting" in str(result)
    assert "&lt;b&gt;" in result.html()
    result.take(
        '{"at": 1.0, "passed": 1.0, "times": {"700": 9, "900": 1}, "statuses": {"200": 9, "500": 1},'
        ' "problems": {}, "busy": 0.1, "late": 0}'
    )
    for name, text in result.figures():
        assert (name in str(result), text in str(result), name in result.html(), text in result.html()) == (True,) * 4
    assert "1 × 500" in str(result)


@pytest.mark.parametrize("wrong", [{"users": 0}, {"seconds": 0}, {"rate": 0}])
def test_a_load_of_nothing_is_refused(lab, wrong):
    """No user, no time, or no rate is refused before anything is started."""
    with pytest.raises(ValueError, match="at least one user"):
        lab.load("GET", "/", **wrong)
    assert generators() == []


def test_the_lab_sends_a_load_to_the_code_as_it_is_now(lab, capsys):
    """lab.load takes up an edit of the module first, and returns the result."""
    lab.write("root", "@app.get('/')\ndef read_root():\n    return 1\n")
    result = lab.load("GET", "/", users=2, seconds=0.7)
    assert set(result.statuses) == {"200"}
    assert capsys.readouterr().out.endswith(f"{result}\n")


IN_A_NOTEBOOK = """\
import labkit
lab = labkit.open("lab01_hello")
lab.write("setup", "from fastapi import FastAPI\\napp = FastAPI()\\n")
lab.load("GET", "/docs", users=1, seconds=0.7)
"""


def test_without_a_browser_a_load_leaves_its_result_in_the_notebook(tmp_path):
    """Executed without a browser, the cell has one picture, the last, in both forms, and no button."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(IN_A_NOTEBOOK)])
    kernels.execute(book, tmp_path)
    shown = [output.data for output in book.cells[0].outputs if output.data["text/plain"]]
    assert [data["text/plain"].splitlines()[0].startswith("GET /docs, 1 user: ") for data in shown] == [True]
    assert 'data-state="ended"' in shown[0]["text/html"]
    assert "widget-view" not in str(book.cells[0].outputs)
