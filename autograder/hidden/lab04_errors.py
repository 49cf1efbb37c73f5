"""The hidden checks of lab04_errors: the contract of the visible ones, with other inputs."""

from __future__ import annotations

import json

from labkit.checks.api import Api, exercise
from labkit.checks.compare import same
from labkit.checks.models import StandIn, served, unreadable
from labkit.checks.predictions import FLOWER, IRIS, Known
from labkit.checks.problem_details import expect_errors, expect_problem
from labkit.checks.running import Start
from labkit.labs.lab04_errors.expect import logged_once, started_anyway, tells_nothing_of, unavailable

MODEL = Known(StandIn(3, seed=41), IRIS, "1.0.0")
OTHER = Known(StandIn(5, seed=6), ["red", "amber", "green", "blue", "violet"], "2.7.1")
SECRET = "the cellar key lies under the mat"
RAISING = served(StandIn(3, raises=SECRET), IRIS, output=True)
JSON = {"Content-Type": "application/json"}


@exercise("not_found")
def test_other_unknown_ids(api: Api) -> None:
    """Other ids that are not there are not found, and named."""
    for name in ("iris-2", "digit", "x1", "none"):
        reply = api.get(f"/models/{name}").expect(404)
        detail = reply.json.get("detail") if isinstance(reply.json, dict) else None
        if name not in str(detail) or reply.headers.get("x-error") != "ModelNotFound":
            reply.fail(f"404 with X-Error: ModelNotFound and a detail that names {name}")


@exercise("conflict")
def test_other_ids(api: Api) -> None:
    """Other ids are taken or refused by the same rule."""
    for name in ("42", "--", "gpt-2-small", "b" * 29):
        entry = {"id": name, "description": f"The model {name}."}
        api.post("/models", json=entry).expect(201, entry)
    for name in ("", "c" * 31, "d" * 400, "é2", "a.b", "CAPS", "tab\tbed"):
        api.post("/models", json={"id": name, "description": "Does not fit."}).refuse("id")
    api.post("/models", json={"id": "nameless"}).refuse("description")


@exercise("conflict")
def test_first_come(api: Api) -> None:
    """The entry that came first stays, whatever comes later."""
    first = {"id": "first-come", "description": "Was here before."}
    api.post("/models", json=first).expect(201, first)
    readable = same(api.get("/models/first-come").json, first)
    for _ in range(2):
        api.post("/models", json=first | {"description": "Came later."}).expect(409)
    if readable:  # if it never was, that is the business of not_found
        api.get("/models/first-come").expect(200, first)


@exercise("model_not_loaded")
def test_unreadable_model(start: Start) -> None:
    """A file that is no model is like none."""
    reply = unavailable(started_anyway(start, unreadable(), "an unreadable model"))
    if not reply.headers.get("retry-after", "").isdigit():
        reply.fail("503 with Retry-After in whole seconds")


@exercise("model_not_loaded")
def test_bad_input_without_model(start: Start) -> None:
    """Without a model bad input is refused, too, in one way or the other."""
    running = started_anyway(start, unreadable(), "an unreadable model")
    reply = running.api.post("/predict", json={"features": [1, 2]})
    if not (400 <= reply.status < 500 or reply.status == 503):
        reply.fail("422 or 503")


@exercise("model_not_loaded")
def test_other_flowers(api: Api) -> None:
    """Other flowers get the answers that belong to them."""
    for row in ([6.3, 2.5, 5.0, 1.9], [0.0, -3.5, 7.25, 1.0], [9.0, 1.0, -4.0, 6.0]):
        MODEL.expect_prediction(api.post("/predict", json={"features": row}), row)


@exercise("model_not_loaded")
def test_other_model(start: Start) -> None:
    """Another model answers with its own classes and its own version."""
    running = start(OTHER.setup)
    for row in (FLOWER, [-1.0, 4.0, 2.0, -3.0]):
        OTHER.expect_prediction(running.api.post("/predict", json={"features": row}), row)


@exercise("problem_details")
def test_other_paths_and_methods(api: Api) -> None:
    """Other unknown paths and methods are answered with problem documents."""
    for path in ("/a/b/c", "/predict/twice", "/mdoel"):
        expect_problem(api.get(path), 404)
    for method, path, allowed in (
        ("PUT", "/predict", "POST"),
        ("PATCH", "/models/digits", "GET"),
        ("GET", "/predict", "POST"),
    ):
        reply = api.request(method, path)
        expect_problem(reply, 405)
        if allowed not in reply.headers.get("allow", ""):
            reply.fail(f"405 with Allow: {allowed}", got=f"Allow: {reply.headers.get('allow')}")


@exercise("problem_details")
def test_broken_bodies(api: Api) -> None:
    """A body that cannot be read is answered with a problem document and a status of 4xx."""
    huge = b'{"features": [' + b"9" * 5000 + b", 1, 2, 3]}"
    for body, headers in (
        (b'{"features": [1, 2', JSON),
        (b"\xff\xfe\xfa", JSON),
        (b"", JSON),
        (b"[]", JSON),
        (b"null", JSON),
        (b'{"features": "\\ud800"}', JSON),
        (b"[" * 20_000, JSON),
        (huge, JSON),
        (b"features=1", {"Content-Type": "application/x-www-form-urlencoded"}),
        (b'{"features": [1, 2, 3, 4]}', {"Content-Type": "text/plain"}),
    ):
        reply = api.post("/predict", content=body, headers=headers)
        if reply.status == 200 and b"[1, 2, 3, 4]" in body:
            continue  # a server may look past a wrong content type
        if not 400 <= reply.status < 500:
            reply.expect(422)
        expect_problem(reply, reply.status)


@exercise("problem_details")
def test_other_errors(api: Api) -> None:
    """Errors in other places are named and not repeated."""
    reply = api.post("/predict", json={"features": ["halibut", "sturgeon", {"trout": 1}, None]})
    expect_errors(reply, "features")
    if fish := [name for name in ("halibut", "sturgeon", "trout") if name in reply.text]:
        reply.fail(f"422 without {', '.join(fish)}")


@exercise("problem_details")
def test_errors_in_the_query(api: Api) -> None:
    """Errors in the query are named and not repeated, either."""
    reply = api.get("/fragile?divide_by=halibut")
    if reply.status == 404:  # the endpoint is the business of another exercise
        return
    expect_errors(reply, "divide_by")
    if "halibut" in json.dumps({name: value for name, value in reply.json.items() if name != "instance"}):
        reply.fail("422 without halibut")


@exercise("unexpected")
def test_model_that_raises(start: Start) -> None:
    """An exception of the model is logged, and stays inside."""
    reply = logged_once(start(RAISING), "POST", "/predict", json={"features": FLOWER})
    tells_nothing_of(reply, "cellar", "ValueError")


@exercise("unexpected")
def test_life_goes_on(api: Api) -> None:
    """After an unexpected error the app answers as before."""
    for number, result in ((8, 0.125), (-2, -0.5), (1, 1)):
        api.get("/fragile?divide_by=0").expect(500)
        reply = api.get(f"/fragile?divide_by={number}").expect(200)
        if not same(reply.json, {"result": result}):
            reply.expect(200, {"result": result})
