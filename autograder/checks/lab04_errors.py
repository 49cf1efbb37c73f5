"""The visible checks of lab04_errors: a student sees each sentence, and what a failing check saw."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from labkit.checks.api import Api, Mismatch, Reply, exercise, table
from labkit.checks.compare import same
from labkit.checks.models import StandIn, missing
from labkit.checks.predictions import FLOWER, IRIS, Known
from labkit.checks.problem_details import PROBLEM, expect_errors, expect_problem, wrong
from labkit.checks.running import Start
from labkit.labs.lab04_errors.expect import (
    NO_RESPONSE,
    logged_once,
    request_id,
    started_anyway,
    tells_nothing_of,
    unavailable,
)

MODEL = Known(StandIn(3, seed=41), IRIS, "1.0.0")
SERVER = replace(MODEL.setup, output=True)
UNKNOWN = "alexnet"

AGAIN = "write its handler once more, with problem(...): the last one counts"
RETURNED = "an HTTPException is raised, not returned"


@pytest.fixture
def entries(given: dict[str, Any]) -> dict[str, Any]:
    """MODELS, as the module has it: the entries by their ids."""
    models = given.get("MODELS")
    rows = table({"MODELS": list(models.values()) if isinstance(models, dict) else None}, "MODELS", 2, "id")
    found = {row["id"]: row for row in rows}
    if not all(re.fullmatch("[a-z0-9-]{2,30}", name) for name in found):
        raise Mismatch("MODELS in your module", "ids as the contract has them", ", ".join(found), "bring it back")
    return found


@exercise("not_found")
def test_known_id(api: Api, entries: dict[str, Any]) -> None:
    """An id of MODELS is answered with its entry."""
    for name, entry in entries.items():
        reply = api.get(f"/models/{name}")
        inner = isinstance(reply.json, dict) and same(reply.json.get(name), entry)
        reply.expect(200, entry, advice="answer with the entry alone: MODELS[model_id]" if inner else None)


@exercise("not_found")
def test_unknown_id(api: Api) -> None:
    """An id that is not there is answered with 404."""
    _unknown(api)


@exercise("not_found")
def test_header_of_404(api: Api) -> None:
    """The 404 has the header X-Error: ModelNotFound."""
    reply = _unknown(api)
    found = reply.headers.get("x-error")
    advice = None
    if found is None:
        handled = reply.headers.get("content-type", "").startswith(PROBLEM)
        lost = "if your exception has the header, its handler loses it: pass exc.headers on"
        advice = lost if handled else "an HTTPException takes headers, a dict"
    if found != "ModelNotFound":
        reply.fail("404 with X-Error: ModelNotFound", advice, got=f"X-Error: {found or 'not there'}")


@exercise("not_found")
def test_detail_of_404(api: Api) -> None:
    """The detail of the 404 names the id."""
    reply = _unknown(api)
    if UNKNOWN not in str(reply.json.get("detail") if isinstance(reply.json, dict) else None):
        reply.fail(f"404 with a detail that names {UNKNOWN}", "put the id into the detail, with an f-string")


@exercise("conflict")
def test_new_entry(api: Api) -> None:
    """A new entry is answered with 201 and the entry."""
    entry = {"id": "resnet", "description": "Sees a thousand kinds of things."}
    reply = api.post("/models", json=entry)
    advice = None
    if reply.status == 409:
        advice = "look whether the id is taken before you keep the entry"
    elif reply.status < 300 and reply.text == "null":
        advice = "write return before the answer: without it the answer is null"
    elif reply.status == 200 and same(reply.json, entry):
        advice = "the status goes into the decorator: status_code=201"
    reply.expect(201, entry, advice=advice)


@exercise("conflict")
def test_location(api: Api, entries: dict[str, Any]) -> None:
    """The header Location leads to the new entry."""
    entry = {"id": "llama-3", "description": "Goes on with a text."}
    reply = api.post("/models", json=entry).expect(201)
    location = reply.headers.get("location", "")
    if _path(location) != "/models/llama-3":
        reply.fail("201 with Location: /models/llama-3", got=f"Location: {location or 'not there'}")
    if _readable(api, next(iter(entries.values()))):
        reply = api.get("/models/llama-3")
        reply.expect(200, entry, advice=None if reply.raised else "keep the entry: MODELS[new.id] = ...")


@exercise("conflict")
def test_taken_id(api: Api, entries: dict[str, Any]) -> None:
    """An id that is taken is answered with 409, an old one as well as a new one."""
    mine = {"id": "whisper", "description": "Writes down what it hears."}
    api.post("/models", json=mine).expect(201)
    for taken in ({"id": next(iter(entries)), "description": "Another one."}, mine):
        reply = api.post("/models", json=taken)
        advice = RETURNED if '"status_code"' in reply.text else None
        if reply.status == 201 and taken is mine:
            advice = "this id was sent a moment before: keep each entry, MODELS[new.id] = ..."
        reply.expect(409, advice=advice)


@exercise("conflict")
def test_nothing_changed(api: Api, entries: dict[str, Any]) -> None:
    """After a 409 the entry is as it was before."""
    entry = list(entries.values())[-1]
    readable = _readable(api, entry)
    reply = api.post("/models", json=entry | {"description": "Another one."}).expect(409)
    if readable and not _readable(api, entry):
        reply.fail(f"/models/{entry['id']} stays as it was", "look whether the id is taken before you keep the entry")


@exercise("conflict")
def test_bounds_of_an_id(api: Api) -> None:
    """An id has 2 to 30 characters, each of them a to z, 0 to 9 or the hyphen."""
    for name in ("t5", "a" * 30):
        api.post("/models", json={"id": name, "description": "Fits."}).expect(201)
    for name in ("t", "a" * 31, "Bert", "two words", "under_score"):
        api.post("/models", json={"id": name, "description": "Does not fit."}).refuse("id")


@exercise("model_not_loaded")
def test_no_model(start: Start) -> None:
    """Without a model the app starts, and POST /predict is answered with 503."""
    _unavailable(start)


@exercise("model_not_loaded")
def test_retry_after(start: Start) -> None:
    """The 503 says in whole seconds when to try again."""
    reply = _unavailable(start)
    found = reply.headers.get("retry-after")
    if found is None:
        reply.fail("503 with Retry-After", 'JSONResponse(..., headers={"Retry-After": "30"})', got="no such header")
    if not re.fullmatch(r"[0-9]+", found):
        reply.fail("503 with Retry-After in whole seconds", "digits and nothing else", got=f"Retry-After: {found}")


@exercise("model_not_loaded")
def test_prediction(api: Api) -> None:
    """With a model POST /predict answers with its class, its label and its version."""
    MODEL.expect_prediction(api.post("/predict", json={"features": FLOWER}), FLOWER)


@exercise("problem_details")
def test_unknown_path(api: Api) -> None:
    """The 404 of an unknown path is a problem document."""
    reply = api.get("/nowhere")
    no_response = "object is not callable" in str(reply.raised)
    reply.expect(404, advice=NO_RESPONSE if no_response else None)
    advice = "a handler for StarletteHTTPException sees this 404, one for FastAPI's HTTPException does not"
    expect_problem(reply, 404, advice=advice if same(reply.json, {"detail": "Not Found"}) else None)


@exercise("problem_details")
def test_wrong_method(api: Api) -> None:
    """The 405 of a known path is a problem document, and still has the header Allow."""
    reply = api.request("DELETE", "/models/iris")
    expect_problem(reply, 405)
    if "GET" not in reply.headers.get("allow", ""):
        advice = "the exception has it: pass exc.headers on to the response"
        reply.fail("405 with Allow: GET", advice, got=f"Allow: {reply.headers.get('allow') or 'not there'}")


@exercise("problem_details")
def test_invalid_request(api: Api) -> None:
    """A 422 is a problem document with the errors, each with loc and msg."""
    expect_errors(api.post("/predict", json={"features": [5.1, 3.5]}), "features")


@exercise("problem_details")
def test_input_is_not_repeated(api: Api) -> None:
    """A 422 does not repeat the input that was refused."""
    for features in (["swordfish", 1, 2, 3], "swordfish"):
        reply = api.post("/predict", json={"features": features})
        expect_problem(reply, 422)
        if (place := reply.text.find("swordfish")) >= 0:
            got = f"... {reply.text[max(0, place - 50) : place + 30]} ..."
            wrong(reply, "422 without the input", got, "take loc and msg out of each error, and nothing else")


@exercise("problem_details")
def test_numbers_that_are_none(api: Api) -> None:
    """NaN and Infinity are answered with a 422, too."""
    for number in ("NaN", "Infinity", "-Infinity"):
        body = f'{{"features": [5.1, {number}, 1.4, 0.2]}}'
        reply = api.post("/predict", content=body, headers={"Content-Type": "application/json"})
        repeated = str(reply.raised).startswith("ValueError")
        reply.expect(422, advice=f"JSON cannot say {number}: leave the input out of the answer" if repeated else None)
        expect_errors(reply, "features")


@exercise("problem_details")
def test_errors_of_your_own(api: Api, start: Start, entries: dict[str, Any]) -> None:
    """The errors that your code raises are problem documents."""
    taken = next(iter(entries.values()))
    replies = {404: api.get(f"/models/{UNKNOWN}"), 409: api.post("/models", json=taken)}
    if not (running := start(missing())).problem:
        replies[503] = running.api.post("/predict", json={"features": FLOWER})
    for status, reply in replies.items():
        if reply.status == status:  # another status is the business of another exercise
            expect_problem(reply, status, AGAIN if status == 503 else None)


@exercise("unexpected")
def test_request_id(api: Api) -> None:
    """An exception that nobody handles is answered with a 500 that has a request_id, another one each time."""
    first, second = (api.get("/fragile?divide_by=0") for _ in range(2))
    _came_through(first)
    if request_id(first) == request_id(second):
        wrong(second, "another request_id than before", second.text, "make the id inside the handler: str(uuid4())")


@exercise("unexpected")
def test_unexpected_problem(api: Api) -> None:
    """The 500 is a problem document."""
    expect_problem(api.get("/fragile?divide_by=0"), 500)


@exercise("unexpected")
def test_nothing_gets_out(api: Api) -> None:
    """The 500 says nothing about the exception."""
    tells_nothing_of(api.get("/fragile?divide_by=0"), "division", "ZeroDivisionError")


@exercise("unexpected")
def test_logged_once(api: Api, start: Start) -> None:
    """Exactly one ERROR record in the log bears the request_id, and it has the traceback."""
    _came_through(api.get("/fragile?divide_by=0"))
    logged_once(start(SERVER), "GET", "/fragile?divide_by=0")


@exercise("unexpected")
def test_division(api: Api) -> None:
    """A division that works is answered with its result."""
    api.get("/fragile?divide_by=4").expect(200, {"result": 0.25})


@exercise("unexpected")
def test_other_errors_stay(api: Api) -> None:
    """What has a status of its own keeps it: a 404 is still a 404."""
    reply = api.get("/nowhere")
    reply.expect(404, advice=None if reply.raised else "a handler for Exception is for what has no other")


def _path(location: str) -> str:
    """Return the path that a Location leads to, without a slash at its end; nothing where it is no address."""
    try:
        return urlsplit(location).path.rstrip("/")
    except ValueError:
        return ""


def _unknown(api: Api) -> Reply:
    """Ask for an id that is not there, and expect the 404."""
    reply = api.get(f"/models/{UNKNOWN}")
    advice, raised = None, str(reply.raised)
    if reply.status == 200 and isinstance(reply.json, dict) and "status_code" in reply.json:
        advice = RETURNED
    elif raised.startswith("KeyError"):
        advice = "look whether the id is in MODELS before you take its entry"
    elif "'set' object" in raised:
        advice = 'headers is a dict: {"X-Error": "ModelNotFound"}'
    elif reply.status == 200 and isinstance(reply.json, list) and reply.json[-1:] == [404]:
        advice = "a second value after return is no status: raise HTTPException(404, ...)"
    elif _swallowed(reply):
        advice = "your except has caught your own HTTPException: let it through, or raise it outside of the try"
    return reply.expect(404, advice=advice)


def _swallowed(reply: Reply) -> bool:
    """Whether the detail of a 500 is the text of an HTTPException, as str(exc) has it."""
    detail = reply.json.get("detail") if isinstance(reply.json, dict) else None
    return reply.status == 500 and str(detail).startswith("404: ")


def _unavailable(start: Start) -> Reply:
    """Ask for a prediction where there is no model, and expect the 503."""
    running = started_anyway(start, missing())
    reply = running.api.post("/predict", json={"features": FLOWER})
    raised = str(reply.raised)
    if "'encode'" in raised:
        reply.fail("503", 'the value of a header is a text: "30"')
    if "positional argument" in raised:
        reply.fail("503", "a handler takes two arguments: the request and the exception")
    if reply.status == 200 and reply.text in ("{}", "null"):
        reply.fail("503", "raise ModelNotLoadedError: what is returned is a 200")
    return unavailable(running)


def _came_through(reply: Reply) -> None:
    """Say so where a handler was called for a division by zero, and raised something else."""
    if reply.raised and not reply.raised.startswith("ZeroDivisionError"):
        is_uuid = "type UUID" in reply.raised
        advice = "make a text of the id: str(uuid4())" if is_uuid else "your handler raises, too: mend what is named"
        reply.fail('500 with "request_id", a text', advice)


def _readable(api: Api, entry: dict[str, Any]) -> bool:
    """Whether an entry can be read as it was given; if it never could, that is the business of not_found."""
    return same(api.get(f"/models/{entry['id']}").json, entry)
