"""Workers that die, hang or raise, and a batch that goes on."""

import os
import signal
import sys

import pytest
from rich.console import Console
from support.classroom import LAB, ROOT, course_directory, hand_in, solved
from support.live import until

from autograder.grading import run
from autograder.grading.progress import Watch
from autograder.grading.run import Wish
from autograder.workers.pool import Failed, Pool
from autograder.workers.tasks import Work
from autograder.workers.worker import MEMORY, Worker

pytestmark = [
    pytest.mark.nbgrader,
    # nbgrader's own, of its database layer
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::DeprecationWarning"),
]


@pytest.fixture
def hurry(monkeypatch):
    """Work that hangs, and no other, is given a second: a worker may take longer than that to start."""
    send = Worker.send

    def soon(worker, function, argument, seconds):
        send(worker, function, argument, 1.0 if hangs(argument) else seconds)

    monkeypatch.setattr(Worker, "send", soon)


def hangs(argument):
    """Whether this is what never ends, here or in deadly.py."""
    if isinstance(argument, Work):
        return argument.readable and argument.content.student == "sleeper"
    return argument == 60


def there(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_answers_come_with_their_numbers():
    """Every argument has one answer, whatever the order they come in."""
    with Pool(2) as pool:
        assert dict(pool.run("math:sqrt", [1, 4, 9, 16])) == {0: 1, 1: 2, 2: 3, 3: 4}


@pytest.mark.parametrize(
    ("function", "argument", "reason"),
    [
        ("os:_exit", 9, "its process ended with 9"),
        ("signal:raise_signal", signal.SIGKILL, "its process was ended by signal 9"),
        ("time:sleep", 60, "it took too long"),
        ("builtins:int", "x", "ValueError: invalid literal for int() with base 10: 'x'"),
    ],
)
def test_worker_that_is_lost_costs_its_own_argument(hurry, function, argument, reason):
    """Who dies, hangs or raises gets a reason in place of an answer, and the next one is served."""
    with Pool(1) as pool:
        assert dict(pool.run(function, [argument])) == {0: Failed(reason)}
        assert dict(pool.run("math:sqrt", [4])) == {0: 2}


def test_worker_that_is_killed_from_outside_costs_nothing():
    """What a worker was doing when it was killed is done by another."""
    with Pool(1) as pool:
        answers = pool.run("time:sleep", iter([0, 0.5]))
        next(answers)
        [worker] = pool._idle
        os.kill(worker.id, signal.SIGKILL)
        assert dict(answers) == {1: None}


@pytest.mark.skipif(sys.platform != "linux", reason="no other system bounds what a process takes for itself")
def test_worker_takes_no_more_memory_than_it_may():
    """What would take more fails with a reason, and the worker goes on."""
    with Pool(1) as pool:
        [(_, failed)] = pool.run("builtins:bytearray", [MEMORY + 1])
        assert failed.reason.startswith("MemoryError")
        assert dict(pool.run("math:sqrt", [4])) == {0: 2}


def test_no_worker_is_left():
    """At the end of the block every worker is gone, one in the middle of its work as well."""
    with Pool(2) as pool:
        answers = pool.run("time:sleep", [0, 60])
        next(answers)
        workers = [worker.id for worker in [*pool._idle, *pool._busy]]
        assert len(workers) == 2
    until(lambda: not any(map(there, workers)))


def test_batch_goes_on_when_the_judge_dies(hurry, tmp_path, monkeypatch):
    """A submission that takes its worker down twice is on record for a human, and its neighbours have their marks."""
    from nbgrader.api import Gradebook

    course = course_directory(tmp_path)
    for student in ("ada", "killer", "raiser", "sleeper", "zoe"):
        hand_in(course, student, solved())
    monkeypatch.setattr(run, "WORK", "support.deadly:work")
    monkeypatch.setattr(run, "Pool", lambda workers: Pool(2))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "tests")]))
    found = {result.student: result for result, _ in run.grade(course, Wish(), Watch(Console(quiet=True))).graded}
    assert {student: result.score for student, result in found.items()} == {
        "ada": 12, "killer": 0, "raiser": 0, "sleeper": 0, "zoe": 12
    }  # fmt: skip
    assert "The judge failed twice: its process was ended by signal 9." in found["killer"].incidents[0]
    assert "it took too long" in found["sleeper"].incidents[0]
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for student in ("killer", "sleeper", "raiser"):
            assert gradebook.find_grade("check-root", LAB, LAB, student).needs_manual_grade
        assert not gradebook.find_grade("check-root", LAB, LAB, "ada").needs_manual_grade
    monkeypatch.undo()
    again = {result.student: result for result, _ in run.grade(course, Wish(), Watch(Console(quiet=True))).graded}
    assert {result.score for result in again.values()} == {12}  # those that could not be judged are tried again
