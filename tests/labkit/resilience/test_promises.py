"""A phase of a live run: one event breaks a safety promise, and what is only late is asked again."""

import pytest

from labkit.resilience import load, promises
from labkit.resilience.balancer import Balancer, Replica
from labkit.resilience.promises import Broken, Event, Late, Phase
from labkit.resilience.wire import Answer, Unreachable

EVENT = Event("GET /", "an answer", "none")


def _run(*outcomes):
    """Run a phase that comes to these, one after the other, and return it with what was done."""
    left, done = list(outcomes), []

    def fault(phase):
        done.append(phase.times)
        if outcome := left.pop(0):
            raise outcome(EVENT)

    return promises.run("fault", fault, lambda: done.append("afresh")), done


@pytest.mark.parametrize(
    ("outcomes", "held", "done"),
    [
        ([None], True, [1.0]),
        ([Late, None], True, [1.0, "afresh", 2.0]),
        ([Late, Late], False, [1.0, "afresh", 2.0]),
        ([Late, Broken], False, [1.0, "afresh", 2.0]),
        ([Broken], False, [1.0]),
    ],
    ids=["kept", "late once", "late twice", "late, then broken", "broken"],
)
def test_late_is_asked_again_and_broken_is_not(outcomes, held, done):
    """A phase is asked once more, on fresh replicas and with twice the patience, if it was only late."""
    phase, found = _run(*outcomes)
    assert (phase.held, found, phase.over.is_set()) == (held, done, True)


def test_what_a_client_saw_is_never_forgiven():
    """An event that a client has seen breaks a phase whose fault went well; the first one is kept."""
    other = Event("GET /2", "an answer", "another one")

    def fault(phase):
        phase.count("kept")
        phase.broke(EVENT)
        phase.broke(other)

    phase = promises.run("fault", fault, lambda: pytest.fail("it was not late"))
    assert (phase.held, phase.first, phase.seen["broken"]) == (False, EVENT, 2)


def test_nobody_waits_for_what_was_broken_meanwhile():
    """A wait ends when a safety promise is broken."""
    phase = Phase("fault")
    phase.broke(EVENT)
    with pytest.raises(Broken):
        phase.until(lambda: False, Event("", "", ""))


def test_the_score_is_what_was_kept_less_ten_for_each_phase():
    """Refusals do not count, and a run in which nobody asked has no score."""
    good, bad = Phase("good"), Phase("bad")
    good.seen.update(kept=90, refused=40)
    assert promises.score([good]) == 100
    bad.seen.update(kept=9)
    bad.broke(EVENT)
    assert (promises.score([good, bad]), promises.score([])) == (89, 0)


def test_clients_go_on_until_the_fault_is_over_and_each_has_its_answers():
    """Each has at least so many answers, however short the fault is; a phase that is lost ends at once."""
    phase, asked = Phase("short"), [0, 0, 0]

    def ask(phase, client, number):
        phase.over.wait()
        asked[client] += 1
        return number % 2 == 0

    with load.clients(phase, ask, count=3, thought=0.0):
        pass
    assert asked == [2 * load.ANSWERS - 1] * 3
    lost = Phase("lost")
    lost.broke(EVENT)
    with load.clients(lost, lambda *_: pytest.fail("nobody asks"), count=3):
        pass


class _Told(Replica):
    """A replica that answers, or cannot be reached."""

    def __init__(self, name, *, up, down=False):
        super().__init__(name, lambda: pytest.fail("nobody dials"), down)
        self.up = up

    def send(self, method, path, headers, body=None):
        if not self.up:
            raise Unreachable("refused")
        return Answer(200, {}, self.name)


def test_only_what_is_known_to_be_down_is_passed_over():
    """Requests go round; one that is down is left out; one that is up and refuses is the service's own mistake."""
    balancer = Balancer(_Told("one", up=True), _Told("two", up=True))
    assert [balancer.send("GET", "/", {}).text for _ in range(3)] == ["one", "two", "one"]
    known = Balancer(_Told("one", up=False, down=True), _Told("two", up=True))
    assert [known.send("GET", "/", {}).text for _ in range(2)] == ["two", "two"]
    with pytest.raises(Unreachable):
        Balancer(_Told("one", up=False), _Told("two", up=True)).send("GET", "/", {})
    with pytest.raises(Unreachable):
        Balancer(_Told("one", up=False, down=True)).send("GET", "/", {})
