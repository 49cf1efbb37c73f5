"""What checks of requests with bodies share says what is wrong, against a real server."""

from typing import Annotated

import pytest
from fastapi import Body, FastAPI
from pydantic import BaseModel, Field

from labkit.checks import api as checking
from labkit.checks.api import Mismatch
from labkit.http.client import connect
from labkit.labs.lab02_validation.endpoints import Endpoint, literal, silent
from labkit.openapi.examples import described, shown


class Seat(BaseModel):
    row: int = Field(ge=1, le=9, description="From the front.", examples=[4])
    note: str = Field("", examples=["aisle"])


SEATS = Endpoint("/seats", {"row": 3}, 201, lambda body: {"row": body["row"]})


@pytest.fixture
def api(server):
    """A client of a server with a right endpoint, and some that are wrong in one way each."""
    made = FastAPI()

    @made.post("/seats", status_code=201)
    def right(seat: Seat):
        return {"row": seat.row}

    @made.post("/two-hundred")
    def two_hundred(seat: Seat):
        return {"row": seat.row}

    @made.post("/query", status_code=201)
    def query(row: int):
        return {"row": row}

    @made.post("/shown")
    def examples(seat: Annotated[Seat, Body(openapi_examples={"first": {"value": {"row": 1}}})]): ...

    server.serve(made)
    with connect(server.url) as client:
        yield checking.Api(client)


def at(path):
    """The endpoint of the contract, at another path."""
    return Endpoint(path, SEATS.body, SEATS.status, SEATS.answer)


def test_a_right_endpoint_passes_everything(api):
    """An endpoint that keeps its contract is expected to do what it does."""
    SEATS.works(api)
    SEATS.between(api, "row", 1, 9)
    SEATS.fails(api, "row", ["x", None, 0.5])
    SEATS.needs(api, "row")


@pytest.mark.parametrize(
    ("path", "advice"), [("/two-hundred", "status_code=201"), ("/query", "one argument, annotated with your model")]
)
def test_a_symptom_that_identifies_its_cause_has_advice(api, path, advice):
    """Another status of success, and a body that is looked for in the query, say what to try."""
    with pytest.raises(Mismatch, match=advice):
        at(path).works(api)


@pytest.mark.parametrize(
    ("low", "high", "advice"), [(0, 9, "ge includes"), (2, 9, "1 is too low"), (1, 8, "9 is too high")]
)
def test_each_bound_is_told_apart(api, low, high, advice):
    """A bound that is off by one is named with its side."""
    with pytest.raises(Mismatch, match=advice):
        SEATS.between(api, "row", low, high)


def test_advice_is_about_the_field_that_was_refused(api):
    """A request that is refused for another field says nothing of the bound that was tried."""
    with pytest.raises(Mismatch) as refusal:
        Endpoint("/seats", {"row": 3, "note": 7}, 201, SEATS.answer).between(api, "row", 1, 9)
    assert "ge includes" not in str(refusal.value)
    assert "note" in str(refusal.value)


def test_a_field_that_may_be_left_out_is_named(api):
    """A field with a default is found where it has to be sent."""
    with pytest.raises(Mismatch, match="expected  422 naming note"):
        Endpoint("/seats", {"row": 3, "note": "x"}, 201, SEATS.answer).needs(api, "note")


def test_a_secret_that_comes_back_is_found(api):
    """A 422 that repeats what was sent is not silent."""
    reply = SEATS.post(api, row="sesame")
    silent(reply, "simsim")
    with pytest.raises(Mismatch, match='leave "input" out'):
        silent(reply, "sesame")
    with pytest.raises(Mismatch, match="expected  422"):
        silent(SEATS.post(api), "sesame")


def test_values_stand_in_a_body_as_they_are_written():
    """A body may have values that JSON does not know."""
    assert literal({"a": 1, "b": "x"}, b="NaN", c="1e400") == '{"a": 1, "b": NaN, "c": 1e400}'


def test_examples_are_found_wherever_they_stand(api):
    """Examples of a whole body go before those of its fields; where there is no operation there are none."""
    document = api.get("/openapi.json").json
    assert shown(document, "POST", "/shown") == [{"row": 1}]
    assert shown(document, "POST", "/seats") == [{"row": 4, "note": "aisle"}]
    assert shown(document, "POST", "/nowhere") == []
    assert described(document, "POST", "/seats") == {"row"}
    assert described(document, "POST", "/nowhere") == set()
