"""The traffic desk: it shows what two processes of a module, and a real store between them, really do."""

import random
import threading
from contextlib import contextmanager

import pytest
from support.live import until

from autograder.authoring import stubs
from labkit import course, sections
from labkit.companions.valkey import Valkey
from labkit.environment import ROOT
from labkit.labs.lab12_traffic.desk import BOUND
from labkit.labs.lab12_traffic.drifting import psi
from labkit.labs.lab12_traffic.traffic import MINIMUM, Knobs, Traffic
from labkit.module.source import Module

pytestmark = pytest.mark.sandbox

SOLUTION = (ROOT / "solutions" / "lab12_traffic.py").read_text("utf-8")


@contextmanager
def flowing(text, **knobs):
    """Let traffic flow through a module, and end it."""
    with Valkey(network=True) as store:
        known = course.load().lab("lab12_traffic").sections
        traffic = Traffic(Module("lab12_traffic", text, [], known, {}), store)
        traffic.knobs = Knobs(**knobs)
        thread = threading.Thread(target=traffic.run, args=(600.0,))
        thread.start()
        try:
            yield traffic
        finally:
            traffic.over.set()
            thread.join()
        assert store.client().ping()  # it is never left frozen


def seen(desk, source):
    """How many answers came from there."""
    return sum(desk.counts[number, source] for number in (0, 1))


def test_each_answer_is_seen_to_come_from_somewhere(workbook):
    """Some are turned away, some come from memory, store or model; a frozen store is said, and a restart counted."""
    with flowing(stubs.unmarked(SOLUTION), ada=20.0, bob=2.0, repeated=0.6) as traffic:
        desk = traffic.desk
        until(lambda: all(seen(desk, source) for source in ("memory", "store", "model", "refused")) or desk.problem)
        assert desk.clients["ada", True]
        assert not desk.clients["bob", True]
        assert 'data-client="ada"' in desk.html()
        traffic.freeze(True)
        assert "store      frozen" in str(desk)
        found = seen(desk, "model")
        until(lambda: seen(desk, "model") > found + 2)
        traffic.freeze(False)
        traffic.restart(1)
        assert desk.starts == [1, 2]
        until(lambda: desk.drift and desk.calls)
        assert desk.drift["status"] in ("waiting", "stable", "drifting")
    assert "failed 0" in str(desk)


def test_what_has_moved_is_seen(workbook):
    """Where one feature has moved, its number is above the bound, in the text form as well."""
    with flowing(stubs.unmarked(SOLUTION), ada=20.0, bob=20.0, repeated=0.0, shift=3.0) as traffic:
        until(lambda: traffic.desk._psi() or traffic.desk.problem)
    assert max(traffic.desk._psi()) == traffic.desk._psi()[2] > 0.25
    assert 'data-feature="2"' in traffic.desk.html()
    assert f"petal length   PSI {traffic.desk._psi()[2]:.2f}" in str(traffic.desk)


def test_what_has_not_moved_is_hardly_ever_red(workbook):
    """As many rows as the desk waits for, half of them asked before, stay below the bound but for chance."""
    random.seed(12)
    known = course.load().lab("lab12_traffic").sections
    with Valkey(network=True) as store:
        high = 0
        for _ in range(20):
            traffic, rows = Traffic(Module("lab12_traffic", SOLUTION, [], known, {}), store), []
            for traffic._sent in range(2 * MINIMUM):  # the other process has every second one
                rows.append(traffic._row())
            high += max(psi(rows[::2], traffic.desk.reference)) > BOUND
    assert high <= 2


def test_a_module_that_does_nothing_yet_is_drawn(workbook):
    """The stubs have no bucket, no hit and no drift, and the desk says so."""
    given = sections.render([s for s in sections.parse(stubs.strip(SOLUTION)) if s.name == "setup"], "Traffic")
    with flowing(given, ada=20.0) as traffic:
        until(lambda: (seen(traffic.desk, "model") > 4 and traffic.desk.drift) or traffic.desk.problem)
    said = str(traffic.desk)
    assert "0 % hits" in said
    assert "no bucket" in said
    assert "GET /drift: 404" in said


def test_a_module_that_does_not_start_is_told():
    """Where the module does not start, the desk says why."""
    with flowing("raise RuntimeError('no')\n") as traffic:
        until(lambda: traffic.desk.problem)
    assert "process 1 does not start" in str(traffic.desk)
    assert "process 1 does not start" in traffic.desk.html()
