"""The hall: a real nginx and three replicas of a module, drawn, and gone when it is stopped."""

import threading

import psutil
import pytest

from autograder.authoring import stubs
from labkit.environment import ROOT
from labkit.labs.lab13_scale.hall import Hall
from labkit.labs.lab13_scale.replica_set import LETTERS, ReplicaSet
from labkit.setup import training

pytestmark = pytest.mark.program

SOLUTION = ROOT / "solutions" / "lab13_scale.py"
YOURS = (ROOT / "solutions" / "lab13_scale" / "upstreams.conf.template").read_text("utf-8")


@pytest.fixture
def hall(workbook):
    """The hall of the solution, on a model that is there."""
    module = workbook / "labs" / "lab13_scale.py"
    module.parent.mkdir(exist_ok=True)
    module.write_text(stubs.unmarked(SOLUTION.read_text("utf-8")), "utf-8")
    found = Hall(ReplicaSet(module, {"MODEL_PATH": str(training.iris())}), lambda: YOURS)
    yield found
    found.stop()


def test_requests_find_their_way(hall):
    """Each way of choosing is nginx's own; a replica that is killed loses nothing, and comes back; then all is gone."""
    assert hall.choose("round robin").send().shares == dict.fromkeys(LETTERS, 12)
    assert 'data-replica="A" data-requests="12"' in hall.html()
    assert len(hall.choose("ip_hash").send().shares) == 1
    assert hall.choose("your sticky").send().moving == 0
    hall.kill("B").send()
    assert "36 requests, 0 lost" in str(hall)
    assert "B: 0 requests, dead" in str(hall)
    hall.kill("B")
    assert sum(hall.choose("least_conn").send().shares.values()) == 36
    assert all(hall.calls.values())
    pids = [process.pid for process in hall.replicas._processes.values()]
    hall.stop()
    assert not any(map(psutil.pid_exists, pids))


def test_who_is_started_from_a_thread_outlives_it(hall):
    """What a button starts, nginx or a replica, is still there when the button's thread is over."""
    hall.kill("C")
    for work in (lambda: hall.choose("cookie"), lambda: hall.kill("C")):
        button = threading.Thread(target=work)
        button.start()
        button.join()
    hall.send()
    assert "36 requests, 0 lost" in str(hall)
    assert hall.replicas.living("C")


def test_what_nginx_says_of_a_template_is_shown(hall):
    """A template that nginx does not take is told in its own words, with the line."""
    hall.yours = lambda: "upstream api {\n    sever 10.0.0.1:80;\n}\n"
    said = 'unknown directive "sever", line 2 of upstreams.conf.template; nginx goes on as it was'
    assert said in str(hall.choose("your api"))


def test_what_came_in_place_of_an_answer_is_told(hall):
    """Requests that nobody has answered are counted by what came for them: without a replica nginx says 502."""
    hall.choose("round robin")
    for letter in LETTERS:
        hall.kill(letter)
    assert "6 requests, 6 lost (6 × 502), " in str(hall.send(6))
