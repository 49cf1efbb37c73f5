"""More workers than processors, where processors would be idle."""

import contextlib
import threading
from collections import namedtuple

import psutil
import pytest
from support.live import until

from autograder.workers import capacity
from autograder.workers import pool as workers
from autograder.workers.pool import Pool

Memory = namedtuple("Memory", "available")


@pytest.fixture
def machine(monkeypatch):
    """A machine with one processor, of which it can be said how busy it is and what memory is left."""
    says = {"busy": 0.0, "memory": 64 << 30, "asked": 0, "answered": 0, "pool": None}

    def busy():
        says["asked"] += 1
        return says["busy"]

    monkeypatch.setattr(workers.os, "cpu_count", lambda: 1)
    monkeypatch.setattr(psutil, "cpu_percent", busy)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: Memory(says["memory"]))
    for module in (capacity, workers):
        monkeypatch.setattr(module, "LOOK", 0.05)
    return says


@pytest.fixture
def pool(machine):
    """Start a pool, which has work until the test is over."""
    over, threads = threading.Event(), []

    def work(most):
        with Pool(most) as pool:
            machine["pool"] = pool
            for _ in pool.run("time:sleep", iter(lambda: 1 if over.is_set() else 0.2, 1)):
                machine["answered"] += 1

    def start(most=None):
        threads.append(threading.Thread(target=work, args=[most]))
        threads[-1].start()

    yield start
    over.set()
    for thread in threads:
        thread.join()


def at_work():
    """How many workers this process has."""
    found = 0
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            found += "autograder.workers.worker" in child.cmdline()
    return found


def looked(machine, times=5):
    """Wait until somebody has looked so often at how busy the machine is."""
    before = machine["asked"]
    until(lambda: machine["asked"] >= before + times)


def answered(machine, times=10):
    """Wait until so much more work has been done."""
    before = machine["answered"]
    until(lambda: machine["answered"] >= before + times)


def test_idle_processors_get_more_workers(machine, pool):
    """While its processor is idle there are up to six workers for it, and no more."""
    pool()
    until(lambda: at_work() == 6)
    answered(machine)
    assert at_work() == 6


@pytest.mark.parametrize("short", [{"busy": 95.0}, {"memory": 100 << 20}])
def test_a_machine_with_nothing_to_spare_gets_no_more(machine, pool, short):
    """Where its processor is busy, or its memory full, there is one worker for it; another one once that is over."""
    machine |= short
    pool()
    until(lambda: at_work() == 1)
    looked(machine)
    assert at_work() == 1
    machine |= {"busy": 0.0, "memory": 64 << 30}
    until(lambda: at_work() > 1)


@pytest.mark.parametrize("short", [{"busy": 100.0}, {"memory": 100 << 20}])
def test_workers_rest_while_others_need_the_machine(machine, pool, short):
    """Those that came to an idle machine get no work once it is crowded, and have some when it is idle again."""
    pool()
    until(lambda: at_work() >= 3)
    machine |= short
    until(lambda: len(machine["pool"]._busy) == 1 and len(machine["pool"]._idle) >= 2)
    looked(machine)
    assert len(machine["pool"]._busy) <= 1
    machine |= {"busy": 0.0, "memory": 64 << 30}
    until(lambda: len(machine["pool"]._busy) >= 3)


def test_as_many_as_were_asked_for(machine, pool):
    """A number of workers that was asked for is kept, however idle the machine is."""
    pool(2)
    until(lambda: at_work() == 2)
    answered(machine)
    assert at_work() == 2
