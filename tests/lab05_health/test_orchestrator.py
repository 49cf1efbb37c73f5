"""The orchestrator: it draws what a module's probes say, and believes them."""

import pytest

from autograder.authoring import stubs
from labkit.labs.lab05_health.orchestrator import watch
from labkit.module.source import Module
from labkit.paths import HOME

pytestmark = pytest.mark.sandbox

LAB = "lab05_health"
SOLUTION = stubs.unmarked((HOME / "solutions" / f"{LAB}.py").read_text(encoding="utf-8"))


def watched(*change):
    """The picture of the solution, with one part of it replaced."""
    assert not change or SOLUTION.count(change[0]) == 1
    return watch(Module(LAB, SOLUTION.replace(*change) if change else SOLUTION))


def states(timeline, lane):
    return [span.state for span in timeline.spans(lane)]


def test_slow_load_crash_recovery_and_drain(capsys):
    """A replica whose model loads slowly becomes ready, crashes, comes back and is drained; text says all of it."""
    timeline = watched()
    alive = states(timeline, "slow model: alive")
    assert alive == ["starting", "alive", "no answer", "starting", "alive", "stopped"]
    ready = states(timeline, "slow model: ready")
    assert [state for state in ready if state not in ("starting", "no answer")] == [
        *("not ready", "ready"),
        *("not ready", "ready", "stopped"),
    ]
    traffic = [state for state in states(timeline, "slow model: traffic") if state != "failed"]
    assert traffic == ["no traffic", "answered", "no traffic", "answered", "draining", "stopped"]
    assert [name for _, name in timeline.events] == ["crash", "restart", "drain"]
    assert "slow model: ready" in capsys.readouterr().out
    assert timeline.html().count("data-lane=") == 9


def test_a_replica_that_is_not_ready_gets_no_traffic():
    """Without a model, or with one that fails its warm-up, a replica is alive, never ready, and gets no request."""
    timeline = watched()
    for name in ("no model", "bad model"):
        assert states(timeline, f"{name}: alive") == ["starting", "alive"]
        assert states(timeline, f"{name}: ready") == ["starting", "not ready"]
        assert states(timeline, f"{name}: traffic") == ["no traffic"]


def test_a_probe_that_lies_is_believed():
    """A replica that says that it is ready without a model gets requests, and they fail."""
    timeline = watched("if not app.state.ready:", "if False:")
    assert "ready" in states(timeline, "no model: ready")
    assert "failed" in states(timeline, "no model: traffic")


def test_liveness_that_waits_for_the_model_ends_in_restarts():
    """A replica that is not alive while it loads is started anew again and again, and never becomes ready."""
    timeline = watched(
        '    return {\n        "status"',
        '    if app.state.saved is None:\n        raise HTTPException(503)\n    return {\n        "status"',
    )
    assert states(timeline, "slow model: alive")[:4] == ["starting", "503", "starting", "503"]
    assert "ready" not in states(timeline, "slow model: ready")


def test_a_module_that_does_not_start_is_not_served():
    """Where the module cannot be started nothing is alive, and the picture says so."""
    timeline = watched("VERSION = ", "VERSION = 1 / 0  # ")
    assert "not served" in states(timeline, "no model: alive")
    assert "alive" not in states(timeline, "slow model: alive")
