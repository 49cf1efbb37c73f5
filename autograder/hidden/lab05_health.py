"""The hidden checks of lab05_health: the contract of the visible ones, with other inputs."""

from __future__ import annotations

import time

import pytest

from labkit.checks.api import Api, Mismatch, exercise
from labkit.checks.models import StandIn, served, unreadable
from labkit.checks.running import Running, Start
from labkit.labs.lab05_health import headers, log_lines, metrics, probes, times
from labkit.labs.lab05_health.log_lines import Line
from labkit.sandbox.setup import Setup

TEMPLATE = r"/models/\{\w+\}"
ROWS = ({"features": [6.4, 3.2, 4.5, 1.5]}, {"features": [-1.0, 0.0, 2.5, 99.0]})
NO_MODEL = unreadable(b"\x80\x05 neither a pickle nor a model")
FAILING = served(StandIn(2, seed=9, raises="unknown weights /srv/secret"), ["no", "yes"])
SLOW = served(StandIn(2, seed=10, loading=0.8), ["no", "yes"])


@pytest.fixture
def server(api: Api, start: Start) -> Running:
    """A server with a model of other classes, once it is ready if it ever is."""
    running = probes.running(start, served(StandIn(2, seed=11), ["no", "yes"], output=True))
    probes.until_ready(running.api, seconds=0.5)
    return running


@exercise("health")
def test_time_goes_on(api: Api) -> None:
    """The timestamp is a new one for each request."""
    first = probes.healthy(api)
    for pause in (0.0, 1.1):  # whoever gives whole seconds has to be waited for
        time.sleep(pause)
        again = probes.healthy(api)
        if times.timestamp(again, again.json.get("timestamp")) > times.timestamp(first, first.json.get("timestamp")):
            return
    again.fail("a later timestamp than that of the request before")


@exercise("health")
def test_alive_with_a_damaged_model(start: Start) -> None:
    """A file that is no model is as good as none."""
    probes.healthy(probes.running(start, NO_MODEL).api, loaded=False)


@exercise("health")
def test_alive_after_errors(api: Api) -> None:
    """It is healthy after other requests have failed."""
    api.get("/nowhere")
    api.post("/predict", json={"features": []})
    probes.healthy(api)


@exercise("readiness")
def test_damaged_model(start: Start) -> None:
    """With a file that is no model it is not ready."""
    probes.stays_not_ready(probes.running(start, NO_MODEL).api, "the file is no model", "pickle", "Traceback")


@exercise("readiness")
def test_failing_model(start: Start) -> None:
    """It does not say what another model raises."""
    probes.stays_not_ready(probes.running(start, FAILING).api, "the model raises", "weights", "secret", "ValueError")


@exercise("readiness")
def test_ready_after_loading(start: Start) -> None:
    """It is ready once a slow model has been loaded, not before, and stays so."""
    running = probes.running(start, SLOW, fresh=True)
    history = probes.History(running)
    reply = probes.ready(running.api)
    if not history.loaded:
        probes.not_ready(reply, probes.LOADING)
    probes.ready(running.api)


@exercise("request_id")
def test_other_ids(api: Api) -> None:
    """Other ids are kept."""
    for sent in ("7", "-", "A-b-C-9", "0f8fad5b-d9cb-469f-a165-70867728950e", "-" * 64):
        headers.keeps(api, sent)


@exercise("request_id")
def test_other_words(api: Api) -> None:
    """Other words are replaced, whatever letters or signs they have."""
    for sent in ("é".encode("latin-1"), "²".encode("latin-1"), "a/b", "a+b", "a,b", "${jndi}", "a\tb", "x" * 4000):
        headers.replaces(api, sent)


@exercise("request_id")
def test_ids_of_other_errors(api: Api) -> None:
    """Other errors have ids, and all of them differ."""
    replies = [api.get(f"/{word}") for word in ("admin", "models/x", "x/y/z")]
    replies += [api.post("/predict", content=body) for body in (b"{", b'{"features": [1, 2, 3, NaN]}')]
    found = [headers.identity(reply) for reply in replies]
    if len(set(found)) < len(found):
        raise Mismatch("five requests that fail", "five ids", ", ".join(found))


@exercise("timing")
def test_other_errors(api: Api) -> None:
    """Other errors say how long they took."""
    for method, path in (("POST", "/predict"), ("PUT", "/models/iris"), ("GET", "/a/b")):
        headers.seconds(api.request(method, path))


@exercise("timing")
def test_another_prediction(start: Start) -> None:
    """A slower prediction says so."""
    setup = served(StandIn(2, seed=12, seconds=0.1), ["no", "yes"])
    api = probes.running(start, setup).api
    probes.until_ready(api)
    headers.honest_seconds(api, 0.1, json=ROWS[0])


@exercise("json_logs")
def test_other_lines(server: Running) -> None:
    """Other requests have their line, too."""
    Line(server, "POST", "/predict", json=ROWS[0]).complete().timed().routed("/predict", "/predict")
    Line(server, "GET", "/models/digits").complete().routed(TEMPLATE, "/models/{model_id}")
    Line(server, "GET", "/fragile?divide_by=x").complete().routed("/fragile", "/fragile")
    Line(server, "GET", "/fragile?divide_by=8").complete().routed("/fragile", "/fragile")


@exercise("json_logs")
def test_one_line_each_again(server: Running) -> None:
    """A request that fails has one line, not two."""
    log_lines.one_line_each(server, "/fragile?divide_by=no", "/a", "/models/a%22b", "/models/iris")


@exercise("json_logs")
def test_other_unknown_paths(server: Running) -> None:
    """Other unknown paths have the same word."""
    log_lines.one_word_for_unknown(server, "/.env", "/index.php", "/a/b/c")


@exercise("json_logs")
def test_no_bodies_of_refused_requests(server: Running) -> None:
    """Nothing of a body that was refused is in the lines."""
    log_lines.without(server, "password-of-ada", {"features": ["password-of-ada"]})


@exercise("json_logs")
def test_id_of_the_client_in_the_line(server: Running) -> None:
    """The request id in the line is the one of the response when the client sends one, too."""
    for sent in ("order-68", "no id"):
        Line(server, "GET", "/models/iris", headers={headers.REQUEST_ID: sent}).identified()


@exercise("metrics")
def test_other_requests_counted(api: Api) -> None:
    """Other requests are counted under their method, template and status."""
    metrics.counts(api, "GET", "/models/digits", TEMPLATE, "200")
    metrics.counts(api, "GET", "/fragile?divide_by=8", "/fragile", "200")
    metrics.counts(api, "POST", "/predict", "/predict", "422")


@exercise("metrics")
def test_other_unknown_paths_counted(api: Api) -> None:
    """Other unknown paths are counted together."""
    metrics.one_word_for_unknown(api, "/.env", "/index.php", "/a/b/c")


@exercise("metrics")
def test_other_predictions(start: Start) -> None:
    """Predictions of another model are counted, too."""
    setup: Setup = served(StandIn(2, seed=12, seconds=0.1), ["no", "yes"])
    running = probes.running(start, setup)
    probes.until_ready(running.api)
    metrics.counts_predictions(running, 2, 0.1, json=ROWS[1])
