"""The constraint explorer: a request put together field by field, sent to a real server, and drawn."""

import json
from typing import Annotated, Literal

import pytest
from fastapi import FastAPI, Header, Path, Query, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, model_validator
from pydantic import Field as Is
from support.live import until, with_problem_documents

from labkit.checks import api
from labkit.explorer.exploration import Exploration, as_json
from labkit.explorer.widgets import Explorer, scale
from labkit.http.client import connect
from labkit.openapi.fields import Field


class Street(BaseModel):
    name: str = Is(min_length=2)


class Order(BaseModel, extra="forbid"):
    amount: int = Is(ge=1, le=9, description="How many.")
    price: float = Is(gt=0, allow_inf_nan=False, examples=[2.5])
    size: Literal["small", "large"]
    gift: bool | None = None
    tags: list[str] = []
    street: Street

    @model_validator(mode="after")
    def not_too_dear(self):
        if self.amount * self.price > 50:
            raise ValueError("amount times price is above 50")
        return self


@pytest.fixture
def explore(server):
    """Explore an operation of a small app, which refuses without repeating what was sent."""
    made = FastAPI()

    @made.exception_handler(RequestValidationError)
    def refuse(request, problem):
        return Response(json.dumps({"detail": [{"loc": e["loc"], "msg": e["msg"]} for e in problem.errors()]}), 422)

    @made.post("/orders")
    def order(order: Order):
        return {"paid": order.amount * order.price}

    @made.get("/orders/{number}")
    def find(
        number: Annotated[int, Path(ge=1)],
        page: Annotated[int, Query(le=3)] = 1,
        key: Annotated[str | None, Header()] = None,
    ):
        return {"number": number, "page": page, "key": key}

    @made.get("/broken")
    def broken():
        raise RuntimeError

    server.serve(made, lambda problem: f"{type(problem).__name__} in labs/x.py:3")
    with connect(server.url) as client:

        def raised(method, path, since):
            trace = server.traces.last(method, path, since)
            return trace.raised if trace else None

        yield lambda method, path, **values: Exploration(api.Api(client, raised), method, path, values)


def field(seen, name):
    return next(field for field in seen.fields if field.name == name)


def test_the_first_request_passes(explore):
    """An exploration begins with values that pass; what may be left out is left out."""
    seen = explore("POST", "/orders")
    assert (seen.answer.status, seen.answer.well) == (200, True)
    body = {"amount": 1, "price": 2.5, "size": "small", "street": {"name": "aa"}}
    assert seen.line == f"POST /orders {json.dumps(body)}"


def test_a_refusal_marks_its_field(explore):
    """A value past its bound is sent as it is; the 422 marks the field by its loc, and no other."""
    seen = explore("POST", "/orders")
    seen.put("amount", "10")
    assert seen.answer.status == 422
    assert [str(fault) for fault in seen.marks(field(seen, "amount"))] == [
        "body.amount: Input should be less than or equal to 9"
    ]
    assert [part.name for part in seen.fields if seen.marks(part)] == ["amount"]
    assert seen.others() == []
    seen.put("amount", "3")
    assert seen.answer.status == 200


def test_a_problem_document_marks_its_field(explore, server):
    """A refusal in the form that lab 04 teaches marks the field that it names as well."""
    made = FastAPI()

    @made.post("/orders")
    def order(order: Order):
        return order

    server.serve(with_problem_documents(made))
    seen = explore("POST", "/orders")
    seen.put("amount", "10")
    assert [part.name for part in seen.fields if seen.marks(part)] == ["amount"]
    assert seen.others() == []


def test_a_rule_about_the_whole_body_marks_no_field(explore):
    """A fault whose loc is the body alone is said apart from the fields."""
    seen = explore("POST", "/orders", amount=9, price=100)
    assert [str(fault) for fault in seen.others()] == ["body: Value error, amount times price is above 50"]
    assert "✗ body: Value error" in str(Explorer(seen))


@pytest.mark.parametrize(
    ("name", "text", "marked"),
    [
        ("amount", "NaN", "finite"),
        ("amount", '"many"', "integer"),
        ("amount", "many", "integer"),
        ("amount", "null", "integer"),
        ("price", "-Infinity", "finite"),
        ("tags", '["a", 7]', "string"),
        ("street.name", '"x"', "at least 2"),
        ("gift", "[]", "boolean"),
    ],
)
def test_any_json_can_be_sent(explore, name, text, marked):
    """A value is sent as it was written, JSON or not, and a fault inside of a field marks it."""
    seen = explore("POST", "/orders")
    seen.put(name, text)
    (fault,) = seen.marks(field(seen, name))
    assert marked in fault.message


def test_a_field_can_be_left_out_and_taken_in(explore):
    """A field that is not sent is missing on the server; one that is not in the schema can be sent."""
    seen = explore("POST", "/orders", colour="red")
    assert [str(fault) for fault in seen.marks(field(seen, "colour"))] == [
        "body.colour: Extra inputs are not permitted"
    ]
    seen.leave_out("colour")
    assert seen.answer.status == 200
    seen.leave_out("size")
    assert [str(fault) for fault in seen.marks(field(seen, "size"))] == ["body.size: Field required"]
    assert "left out" in str(Explorer(seen))
    seen.leave_out("size", False)
    assert seen.answer.status == 200


def test_path_query_and_headers_are_fields_as_well(explore):
    """Every part of a request is put where it belongs, texts without quotes."""
    seen = explore("GET", "/orders/4", number=7, key="s e")
    assert json.loads(seen.answer.text) == {"number": 7, "page": 1, "key": "s e"}
    seen.put("page", "4")
    assert [str(fault) for fault in seen.marks(field(seen, "page"))] == [
        "query.page: Input should be less than or equal to 3"
    ]
    assert "GET /orders/7?page=4" in seen.line


def test_what_the_code_raised_is_shown(explore):
    """Of a 500 the explorer shows the line that raised."""
    assert "500 RuntimeError in labs/x.py:3" in str(Explorer(explore("GET", "/broken")))


def test_what_cannot_be_explored_is_said(explore, server):
    """An operation that is not there, or a server that does not run, is a sentence and no error."""
    shown = Explorer(explore("POST", "/oders"))
    assert str(shown).startswith("POST /oders: the API has no POST /oders; it has POST /orders")
    assert set(shown._repr_mimebundle_()) == {"text/plain", "text/html"}
    seen = explore("POST", "/orders")
    server.stop()
    assert "no connection" in seen.send().text
    assert "no connection" in str(Explorer(explore("POST", "/orders")))


def test_both_forms_name_every_field_and_escape(explore):
    """The table of plain text and that of HTML have every field with its bounds, and are safe to show."""
    shown = Explorer(explore("POST", "/orders", size="<script>"))
    html = shown.html()
    for part in shown.exploration.fields:
        assert part.name in str(shown)
        assert part.name in html
    assert "integer from 1 up to 9" in str(shown)
    assert "<script" not in html


def controls(shown, name):
    """The tick, the control and the text of a field's line, and what is drawn beside them."""
    place = [part.name for part in shown.exploration.fields].index(name)
    tick, what, control, text = shown.widget.children[2 + place].children
    return tick, control, text, what


def test_a_slider_sends_and_marks(explore):
    """Moving a slider past its bound sends the value, marks the field, and is written into its text."""
    shown = Explorer(explore("POST", "/orders"))
    assert "application/vnd.jupyter.widget-view+json" in shown._repr_mimebundle_()
    _, slider, text, what = controls(shown, "amount")
    assert slider.min < 1 < 9 < slider.max
    assert "✗" not in what.value
    slider.value = 10
    assert (text.value, shown.exploration.answer.status) == ("10", 422)
    assert "✗ body.amount: Input should be less than or equal to 9" in what.value
    assert "✗ 422" in shown.widget.children[1].value
    slider.value = 9
    assert (shown.exploration.answer.status, "✗" in what.value) == (200, False)


def test_text_and_control_keep_in_step(explore):
    """What is written into the text moves the control as far as it reaches, and is sent once."""
    shown = Explorer(explore("POST", "/orders"))
    _, slider, text, _ = controls(shown, "amount")
    text.value = "4"
    assert slider.value == 4
    text.value = "1000"
    assert (slider.value, '"amount": 1000,' in shown.exploration.line) == (slider.max, True)
    _, words, text, _ = controls(shown, "size")
    text.value = "huge"
    assert (words.value, '"size": "huge"' in shown.exploration.line) == (None, True)
    words.value = '"large"'
    assert (text.value, shown.exploration.texts["size"]) == ('"large"', '"large"')


def test_a_number_that_a_browser_spoils_is_not_sent(explore):
    """A slider's own rounding neither sends a request nor changes the text."""
    shown = Explorer(explore("POST", "/orders"))
    _, slider, text, _ = controls(shown, "price")
    before = text.value
    slider.value = slider.value + slider.step * 1e-9
    assert text.value == before
    text.value = str(2.5 + slider.step / 2)
    assert slider.value in (2.5, 2.5 + slider.step)
    assert text.value == str(2.5 + slider.step / 2)
    slider.value = slider.value + 3 * slider.step
    assert len(text.value) < 8


def test_a_tick_takes_a_field_in(explore):
    """A line's tick says whether its field is sent; writing a value ticks it."""
    shown = Explorer(explore("POST", "/orders"))
    tick, words, text, _ = controls(shown, "gift")
    assert (tick.value, "gift" in shown.exploration.line) == (False, False)
    words.value = "true"
    assert (tick.value, text.value, '"gift": true' in shown.exploration.line) == (True, "true", True)
    tick.value = False
    assert "gift" not in shown.exploration.line


@pytest.mark.parametrize("kind", ["integer", "number"])
@pytest.mark.parametrize(
    "bounds",
    [
        {},
        {"minimum": 0},
        {"maximum": -5},
        {"minimum": 1, "maximum": 119},
        {"minimum": 2, "maximum": 2},
        {"minimum": 0, "maximum": 1, "exclusive_minimum": True},
        {"minimum": 0, "examples": (48000,)},
    ],
)
def test_a_slider_reaches_past_each_bound(kind, bounds):
    """A slider has the value to begin with inside, and each bound with room beyond it, in at least ten steps."""
    part = Field(("body", "x"), kind, **bounds)
    begin, end, step = scale(part)
    assert begin <= part.start <= end
    assert begin < bounds.get("minimum", begin + 1)
    assert end > bounds.get("maximum", end - 1)
    assert (end - begin) / step >= (2 if kind == "integer" else 10)


def test_bounds_without_measure_have_no_slider():
    """Where the numbers are too large for a slider, there is none."""
    assert scale(Field(("body", "x"), "number", minimum=-1.7e308, maximum=1.7e308))[2] == 0


@pytest.mark.parametrize(
    ("text", "sent"), [("7", "7"), ("NaN", "NaN"), ("ada", '"ada"'), ('"7"', '"7"'), ("", '""'), ('{"a"', '"{\\"a\\""')]
)
def test_a_text_that_is_no_json_is_a_string(text, sent):
    """Whoever leaves the quotes out means a string."""
    assert as_json(text) == sent


def test_the_lab_explores_its_own_server(lab):
    """`lab.explore` takes the fields from the live server, and serves an edit first."""
    lab.write("root", "@app.get('/')\ndef read(n: int):\n    return n\n")
    shown = lab.explore("GET", "/", n=5)
    until(lambda: shown.exploration.answer.status is not None)
    assert (shown.exploration.answer.status, shown.exploration.answer.text) == (200, "5")
