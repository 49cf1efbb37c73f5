"""What the server prints and logs is kept in its log."""

import gc
import io
import logging
import subprocess
import sys
import threading
import warnings

import anyio.to_thread
from fastapi import BackgroundTasks, FastAPI
from support.live import get, lifespan, until

from labkit.live import log as logs
from labkit.live.log import Log, Outlet


def test_output_of_requests_goes_to_the_log(server, capsys, workbook):
    """What endpoints, tasks, threads and lifespans print or log is in the log and nowhere else."""

    async def starting():
        print("from the lifespan")

    made = FastAPI(lifespan=lifespan(starting))

    @made.get("/")
    def speak(later: BackgroundTasks):
        print("from the endpoint")
        sys.stderr.writelines(["from ", "writelines\n"])
        logging.StreamHandler().handle(logging.makeLogRecord({"msg": "from logging"}))
        later.add_task(print, "from a background task")
        threading.Thread(target=print, args=["from a thread"]).start()

    @made.get("/async")
    async def speak_async():
        print("from a coroutine", file=sys.stderr)
        await anyio.to_thread.run_sync(print, "from a worker")
        raise RuntimeError("raised in an endpoint")

    server.serve(made)
    get(server)
    get(server, "/async")
    wanted = ["lifespan", "the endpoint", "writelines", "logging", "a background task", "a thread"]
    said = [f"from {source}" for source in [*wanted, "a coroutine", "a worker"]] + ["raised in an endpoint"]
    until(lambda: all(word in str(server.log).replace("the lifespan", "lifespan") for word in said))
    print("from the cell")
    out, err = capsys.readouterr()
    assert (out, err) == ("from the cell\n", "")


def test_a_coroutine_that_nobody_awaited_is_let_go_of_by_the_server(server, monkeypatch, recwarn):
    """Python warns of it in the server's thread, whose output is in the log, and not in a cell that runs later."""
    made = FastAPI()

    @made.get("/")
    async def forget_to_await():
        return anyio.sleep(0).result

    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "disabled", True)  # pytest keeps what is logged
    warnings.simplefilter("always")
    server.serve(made)
    gc.disable()
    try:
        get(server)
        until(lambda: any("was never awaited" in str(one.message) for one in recwarn))
    finally:
        gc.enable()


def test_a_routed_stream_ends_without_the_stream_below(monkeypatch):
    """Python closes a stream that nobody holds any more: the one below may have been closed before."""
    below = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", below)
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    logs.route_streams()
    routed = sys.stdout
    below.close()
    routed.close()


def test_a_log_shows_its_last_lines():
    """A log is called to see its last lines, as text without quotes; an empty one says that it is empty."""
    log = Log()
    assert repr(log()) == "The server has printed and logged nothing yet."
    for number in range(5):
        log.write(f"line {number}\n")
    assert [line[9:] for line in log(2).splitlines()] == ["line 3", "line 4"]
    assert repr(log(2)) == str(log(2)) == log.tail(2)
    assert log.tail(0) == ""


def test_a_log_is_bounded():
    """A log keeps the last lines, each up to a width, however much is written."""
    log = Log()
    for _ in range(3 * logs.LINES):
        log.write("x\n")
    log.write("y" * 10 * logs.WIDTH)
    log.write("y" * 10 * logs.WIDTH + "\n")
    lines = str(log).splitlines()
    assert len(lines) == logs.LINES
    assert len(lines[-1]) < 2 * logs.WIDTH


def test_lines_of_several_threads_are_not_mixed():
    """What one thread writes in pieces is one line, whatever other threads write meanwhile."""
    log = Log()

    def write(word):
        for _ in range(200):
            for letter in word:
                log.write(letter)
            log.write("\n")

    threads = [threading.Thread(target=write, args=[word]) for word in ("aaaa", "bbbb")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {line[9:] for line in str(log).splitlines()} == {"aaaa", "bbbb"}


def test_a_closed_outlet_is_silent():
    """What is written through an outlet is dropped once it is closed."""
    log = Log()
    outlet = Outlet(log)
    outlet.write("before\n")
    outlet.close()
    outlet.write("after\n")
    assert "before" in str(log)
    assert "after" not in str(log)


def test_an_outlet_counts_its_own_lines():
    """An outlet knows how many lines came through it, whoever else writes into the log."""
    log = Log()
    outlet, other = Outlet(log), Outlet(log)
    outlet.write("one\ntwo")
    other.write("three\nfour\nfive\n")
    outlet.write("\n")
    assert (outlet.count, other.count) == (2, 3)


def test_stderr_can_be_silenced_altogether():
    """Once silenced, nothing reaches stderr, not even what is written past Python; the log has what went through it."""
    program = """
import logging, os, subprocess, sys, threading, warnings
from labkit.live import log
kept = log.Log()
log.silence_stderr(kept)
print("printed", file=sys.stderr)
logging.error("logged")
warnings.warn("warned")
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
sys.__stderr__.write("bypassed")
os.write(2, b"written")
subprocess.run([sys.executable, "-c", "import sys; sys.stderr.write('inherited')"])
print(kept)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=True)
    assert done.stderr == ""
    assert all(word in done.stdout for word in ("printed", "logged", "warned", "ZeroDivisionError"))
