"""What several tests start from: a workbook in a folder of its own, and a lab opened in it."""

import gc
import re
import signal
import sys

import pytest
from hypothesis import HealthCheck, settings
from support.live import GATE, app, server_threads, until
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

import labkit
from labkit.live.server import Server
from labkit.notebook import lab as labs
from labkit.notebook.lab import Lab

# A machine may be slow at any moment: no example is too slow, and none takes too long to invent.
settings.register_profile("patient", deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("patient")

# A shell that starts the tests in the background has its programs ignore Ctrl+C, and what these start ignores it, too.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


SLOW_FIRST = ("browser", "nbgrader", "sandbox", "kernel", "program")
"""The marks of tests that drive something large, the longest of them first."""


EACH_LAB = ("tests/autograder/gradebook/test_stock_nbgrader.py", "tests/labkit/notebook/test_untouched.py")
"""Files whose tests take a lab through something long, and share it with those of the same lab alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left alone with it at the end."""
    items.sort(key=_rank)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: no collection of garbage has to look through it after each few tests."""
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Give each process the tests of a file, as `--dist=loadfile` does, but where they share something else."""
    return ByWhatTheyShare(config, log)


class ByWhatTheyShare(LoadFileScheduling):
    """What tests share is made once: those of the browser share a JupyterLab, in some files those of a lab."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, name = nodeid.partition("::")
        if file.startswith("tests/browser/"):
            return "tests/browser"
        lab = re.search(r"\[(lab\d\d_\w+)", name) if file in EACH_LAB else None
        return f"{file}::{lab[1]}" if lab else file


def _rank(item: pytest.Item) -> int:
    return next((rank for rank, mark in enumerate(SLOW_FIRST) if item.get_closest_marker(mark)), len(SLOW_FIRST))


@pytest.fixture
def workbook(tmp_path, monkeypatch):
    """An empty folder outside of any workbook, as the current one; stdout and stderr are put back afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr(labs, "_opened", {})
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    return tmp_path


@pytest.fixture
def opened(workbook):
    """lab01 as a student finds it, nothing written yet."""
    lab = labkit.open("lab01_hello")
    yield lab
    lab.server.stop()


@pytest.fixture
def lab(opened) -> Lab:
    """lab01 with its first section written."""
    opened.write("setup", "from fastapi import FastAPI\napp = FastAPI()\nITEMS = [{'item_name': 'lamp'}]\n")
    return opened


@pytest.fixture
def server(workbook):
    server = Server(workbook / "labs" / "student.py", lambda: server.serve(app()))
    GATE.clear()
    yield server
    GATE.set()
    server.stop()
    until(lambda: not server_threads())
