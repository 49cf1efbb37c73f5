"""The visible checks of lab05_health: a student sees each sentence, and what a failing check saw."""

from __future__ import annotations

import pytest

from labkit.checks.api import Api, exercise
from labkit.checks.models import StandIn, missing, served
from labkit.checks.predictions import FLOWER, IRIS
from labkit.checks.running import Running, Start
from labkit.labs.lab05_health import BROKEN, headers, log_lines, metrics, probes, times
from labkit.labs.lab05_health.log_lines import Line

PREDICTION = 0.05
"""How long the model takes for a prediction, in seconds."""
SERVER = served(StandIn(3, seed=5, seconds=PREDICTION), IRIS, output=True)
SLOW = served(StandIn(3, seed=6, loading=1.2), IRIS)
NO_FILE = missing("nowhere-7f3a.joblib")
FAILING = served(StandIn(3, seed=8, raises="weights of another shape"), IRIS)

ROW = {"features": FLOWER}
TEMPLATE = r"/models/\{\w+\}"


@pytest.fixture
def server(start: Start) -> Running:
    """The server that `api` is a client of, once it is ready if it ever is: then nothing else goes on in it."""
    running = probes.running(start, SERVER)
    probes.until_ready(running.api, seconds=0.5)
    return running


@exercise("health")
def test_alive(api: Api) -> None:
    """GET /health says that the server is healthy, and its version."""
    probes.healthy(api)


@exercise("health")
def test_model_loaded(api: Api) -> None:
    """With a model, model_loaded comes to be true."""
    probes.comes_to_have_its_model(api)


@exercise("health")
def test_alive_without_model(start: Start) -> None:
    """Without a model it is healthy all the same, and model_loaded is false."""
    probes.healthy(probes.running(start, NO_FILE).api, loaded=False)


@exercise("health")
def test_alive_while_loading(start: Start) -> None:
    """While the model is loading it is healthy, and model_loaded is false."""
    probes.alive_while_loading(start, SLOW, NO_FILE)


@exercise("health")
def test_timestamp(api: Api) -> None:
    """The timestamp is the time of the request, with its zone."""
    reply = probes.healthy(api)
    times.timestamp(reply, reply.json.get("timestamp"))


@exercise("health")
def test_health_leaves_the_model_alone(server: Running) -> None:
    """GET /health never calls the model."""
    probes.silent(server, "/health")


@exercise("readiness")
def test_ready(api: Api, start: Start) -> None:
    """With its model, the server comes to be ready: 200."""
    probes.ready(api, probes.running(start, SERVER))


@exercise("readiness")
def test_not_ready_while_loading(start: Start) -> None:
    """While the model is loading, it is not ready: 503 with Retry-After."""
    probes.not_ready_while_loading(start, SLOW)


@exercise("readiness")
def test_starts_at_once(start: Start) -> None:
    """The server starts, and answers, while the model is loading."""
    probes.starts_at_once(start, SLOW)


@exercise("readiness")
def test_no_model(start: Start) -> None:
    """Without a model it is not ready, and does not say why."""
    probes.stays_not_ready(probes.running(start, NO_FILE).api, "there is no model", "nowhere-7f3a", "No such file")


@exercise("readiness")
def test_failing_warm_up(start: Start) -> None:
    """If the warm-up prediction raises, it is not ready, and does not say what was raised."""
    why = "the model raises when it is called"
    probes.stays_not_ready(probes.running(start, FAILING).api, why, "weights of", advice=probes.WARM_UP)


@exercise("readiness")
def test_one_warm_up(start: Start) -> None:
    """The model is called for one warm-up prediction, and by no probe."""
    probes.one_warm_up(start, SERVER)


@exercise("request_id")
def test_new_id(api: Api) -> None:
    """Each response has an X-Request-ID of its own."""
    headers.own_identity(api)


@exercise("request_id")
def test_id_of_the_client(api: Api) -> None:
    """An id that the client sends is kept: 1 to 64 letters, digits and hyphens."""
    for sent in ("order-66", "A", "z" * 64):
        headers.keeps(api, sent)


@exercise("request_id")
def test_not_an_id(api: Api) -> None:
    """Anything else that the client sends is replaced by a new id."""
    for sent in ("z" * 65, "two words", 'id", "level": "DEBUG', "snake_case", "v1.2"):
        headers.replaces(api, sent)


@exercise("request_id")
def test_id_of_errors(api: Api) -> None:
    """Errors have an id, too: 404, 405 and 422."""
    headers.identity_of_errors(api)


@exercise("request_id")
def test_id_of_a_500(api: Api) -> None:
    """A 500 has an id, and it is the client's if that sent one."""
    headers.keeps(api, "order-67", BROKEN)


@exercise("timing")
def test_seconds(api: Api) -> None:
    """Each response has an X-Process-Time, a number that is not below 0."""
    headers.seconds(api.get("/models/iris"))


@exercise("timing")
def test_honest_seconds(server: Running) -> None:
    """It is the time that the request took, in seconds."""
    headers.honest_seconds(server.api, PREDICTION, json=ROW)


@exercise("timing")
def test_seconds_of_errors(api: Api) -> None:
    """Errors have it, too: 404, 405 and 422."""
    headers.seconds_of_errors(api)


@exercise("timing")
def test_seconds_of_a_500(api: Api) -> None:
    """A 500 has it as well."""
    headers.seconds(api.get(BROKEN))


@exercise("json_logs")
def test_line(server: Running) -> None:
    """A request writes a line of JSON to stdout, with every field."""
    Line(server, "GET", "/models/iris").complete()


@exercise("json_logs")
def test_one_line_each(server: Running) -> None:
    """Each request writes one line, and nothing else."""
    log_lines.one_line_each(server, "/models/iris", "/models/none", "/nowhere", "/models/digits")


@exercise("json_logs")
def test_route_of_a_line(server: Running) -> None:
    """The route is the template, not the path."""
    for name in ("iris", "none"):
        Line(server, "GET", f"/models/{name}").routed(TEMPLATE, "/models/{model_id}")


@exercise("json_logs")
def test_unknown_path_of_a_line(server: Running) -> None:
    """Unknown paths have one fixed word for a route."""
    log_lines.one_word_for_unknown(server, "/wp-login", "/admin")


@exercise("json_logs")
def test_timestamp_of_a_line(server: Running) -> None:
    """The timestamp is the time of the request, with its zone."""
    Line(server, "GET", "/models/iris").timed()


@exercise("json_logs")
def test_duration_of_a_line(server: Running) -> None:
    """The duration is the time that the request took, in milliseconds."""
    log_lines.honest_duration(server, PREDICTION, json=ROW)


@exercise("json_logs")
def test_id_of_a_line(server: Running) -> None:
    """The request id is that of the response."""
    Line(server, "GET", "/models/iris").identified()


@exercise("json_logs")
def test_line_of_a_500(server: Running) -> None:
    """A 500 has its line, too."""
    Line(server, "GET", BROKEN).complete().routed("/fragile", "/fragile")


@exercise("json_logs")
def test_no_bodies(server: Running) -> None:
    """Nothing of a body is in the lines."""
    log_lines.without(server, "77.125", {"features": [77.125, 3.5, 1.4, 0.2]})


@exercise("metrics")
def test_counter(api: Api) -> None:
    """GET /metrics is Prometheus text, with http_requests_total by method, route and status."""
    metrics.labelled(api)


@exercise("metrics")
def test_counted(api: Api) -> None:
    """Each request is counted once, under the template of its route."""
    metrics.counts(api, "GET", "/models/iris", TEMPLATE, "200")


@exercise("metrics")
def test_errors_counted(api: Api) -> None:
    """Errors are counted as what they are."""
    metrics.counts(api, "GET", "/models/none", TEMPLATE, "404")
    metrics.counts(api, "GET", "/fragile", "/fragile", "422")
    metrics.counts(api, "GET", BROKEN, "/fragile", "500", times=1)


@exercise("metrics")
def test_unknown_paths_counted(api: Api) -> None:
    """Unknown paths are counted together."""
    metrics.one_word_for_unknown(api, "/wp-login", "/admin")


@exercise("metrics")
def test_predictions(server: Running) -> None:
    """The histogram prediction_seconds has each prediction, with the seconds it took."""
    metrics.counts_predictions(server, 3, PREDICTION, json=ROW)
