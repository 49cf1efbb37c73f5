"""The X-ray of a request: the five steps it went through, and where it stopped."""

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.responses import RedirectResponse
from starlette.responses import PlainTextResponse
from support.live import GATE, get, until

from labkit.http.client import connect
from labkit.live.tracing import STEPS
from labkit.pictures import xray

REACHED = ["listen", "route", "validate", "process", "respond"]


@pytest.fixture
def student(server):
    """A server with one function for each way a request can go."""
    made = FastAPI()

    @made.get("/items/{item_id}")
    def read_item(item_id: int):
        if item_id == 0:
            raise HTTPException(404, "no such item")
        return {"item_id": item_id, "inverse": 1 / (item_id - 1)}

    @made.get("/old")
    async def read_old():
        return RedirectResponse("/items/2")

    @made.get("/wait")
    def wait():
        GATE.wait(30)

    @made.post("/items")
    async def write_item(item: dict[str, int]):
        return item

    server.serve(made, lambda problem: f"{type(problem).__name__} in labs/x.py:3")
    return server


@pytest.fixture
def shoot(student, monkeypatch):
    """Take the X-ray of a request."""
    with connect(student.url) as client:
        yield lambda method, path, **options: xray.take(client, student, method, path, **options)


def stopped(picture):
    return [step.name for step in picture.steps() if step.stopped]


def detail(picture, name):
    return next(step.detail for step in picture.steps() if step.name == name)


def check_times(picture):
    """Five steps in order; no time is negative, and together they are no more than the total."""
    steps = picture.steps()
    times = [step.milliseconds for step in steps if step.milliseconds is not None]
    assert tuple(step.name for step in steps) == STEPS
    assert all(time >= 0 for time in times)
    assert sum(times) <= picture.total + 1e-6


def test_a_request_that_succeeds_goes_through_all_steps(shoot):
    """A 200 is timed in all five steps, with the route, the function and the bytes in and out."""
    picture = shoot("get", "/items/3?verbose=1")
    check_times(picture)
    assert stopped(picture) == []
    assert [step.name for step in picture.steps() if step.milliseconds is not None] == REACHED
    assert "/items/{item_id}" in detail(picture, "route")
    assert "read_item" in detail(picture, "route")
    assert "read_item() returned" in detail(picture, "process")
    assert picture.headline.startswith("X-ray of GET /items/3?verbose=1: 200 in")
    assert 'out       200 {"item_id":3,"inverse":0.5}' in str(picture)


def test_a_body_is_counted(shoot):
    """The bytes of a request's body stand in the first step."""
    picture = shoot("POST", "/items", json={"a": 1})
    assert detail(picture, "listen").startswith("7 bytes of body")
    assert 'in        POST /items {"a":1}' in str(picture)


@pytest.mark.parametrize(
    ("method", "path", "status", "step", "said"),
    [
        ("GET", "/nowhere", 404, "route", "no path fits: 404"),
        ("DELETE", "/items/3", 405, "route", "the path fits /items/{item_id}, the method does not: 405"),
        ("GET", "/items/foo", 422, "validate", "path.item_id: Input should be a valid integer"),
        ("POST", "/items", 422, "validate", "body: Field required"),
        ("GET", "/items/0", 404, "process", "the function answered 404 by itself"),
        ("GET", "/items/1", 500, "process", "ZeroDivisionError in labs/x.py:3"),
    ],
)
def test_a_request_that_fails_shows_where_it_stopped(shoot, method, path, status, step, said):
    """A failing request stops in one step, which says why; the steps after it have no time but the answer's."""
    picture = shoot(method, path)
    check_times(picture)
    assert (picture.trace.status, stopped(picture)) == (status, [step])
    assert said in detail(picture, step)
    later = picture.steps()[STEPS.index(step) + 1 : -1]
    assert [other.milliseconds for other in later] == [None] * len(later)
    assert f"{step:<9}" in str(picture)
    assert "STOPPED HERE" in str(picture)


def test_pages_that_fastapi_makes_itself_are_followed_as_far_as_they_can_be(shoot):
    """/docs has no function of the student's: it stops nowhere, and its middle steps are not timed."""
    picture = shoot("GET", "/docs")
    check_times(picture)
    assert (picture.trace.status, stopped(picture)) == (200, [])
    assert [step.name for step in picture.steps() if step.milliseconds is None] == ["route", "validate", "process"]


def test_a_redirect_is_shown_as_it_is(shoot):
    """A redirect is not followed: it is the answer."""
    picture = shoot("GET", "/old")
    check_times(picture)
    assert (picture.trace.status, stopped(picture)) == (307, [])
    assert picture.trace.target == "/old"


def test_a_request_that_takes_too_long_stops_in_its_function(shoot, monkeypatch):
    """A request without answer shows the step it is in; what happens to it later does not change the picture."""
    monkeypatch.setattr(xray, "SECONDS", 0.3)
    picture = shoot("GET", "/wait")
    assert picture.headline == "X-ray of GET /wait: no answer within 0.3 s"
    before = str(picture)
    assert stopped(picture) == ["process"]
    assert detail(picture, "process") == "the function has not come back"
    check_times(picture)
    GATE.set()
    assert str(picture) == before


def test_a_server_that_does_not_run_is_said(shoot, student):
    """Where nothing listens, or there is no app, the X-ray stops in the first step with the server's reason."""
    student.fail("it has no app")
    picture = shoot("GET", "/")
    assert (stopped(picture), detail(picture, "listen")) == (["listen"], "it has no app")
    student.stop()
    picture = shoot("GET", "/")
    assert "no connection: it was stopped: lab.server.start() starts it again" in picture.headline
    assert picture._repr_mimebundle_()["text/plain"] == str(picture)


def test_an_application_that_is_not_fastapi_is_followed(server):
    """Any ASGI application is followed from listening to responding."""

    async def plain(scope, receive, send):
        if scope["type"] == "http":
            await PlainTextResponse("plain")(scope, receive, send)

    server.serve(plain)
    with connect(server.url) as client:
        picture = xray.take(client, server, "GET", "/")
    check_times(picture)
    assert (picture.trace.status, stopped(picture)) == (200, [])
    assert "200 plain" in str(picture)


def test_both_forms_show_the_same_and_escape(shoot):
    """The HTML form names every step and is safe to show, whatever was sent."""
    picture = shoot("GET", "/items/3?x=<script>alert(1)</script>")
    html = picture._repr_mimebundle_()["text/html"]
    assert all(step.name in html and step.name in str(picture) for step in picture.steps())
    assert "<script" not in html


def test_traces_are_kept_in_order_and_bounded(student):
    """The server remembers its last requests, oldest first; each has ended."""
    for number in range(3, 6):
        get(student, f"/items/{number}")
    until(lambda: [trace.ended for trace in student.traces] == [True] * 3)
    assert [trace.target for trace in student.traces] == ["/items/3", "/items/4", "/items/5"]
    assert student.traces.last("GET", "/items/9", seconds=0) is None
    assert student.traces.last("GET", "/items/4").status == 200


def test_what_one_request_raised_is_not_said_of_the_next(student):
    """Of two requests to one path the later one is found, and only what it raised itself."""
    get(student, "/items/1")
    first = student.traces.last("GET", "/items/1")
    assert first.raised
    assert student.traces.last("GET", "/items/1", since=first.arrived + 1, seconds=0) is None
