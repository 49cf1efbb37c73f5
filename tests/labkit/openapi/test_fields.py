"""Which fields a request has is read from the OpenAPI document that FastAPI itself makes."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

import pytest
from fastapi import Body, FastAPI, File, Header, Path, Query, UploadFile
from pydantic import BaseModel, ConfigDict, EmailStr
from pydantic import Field as Is

from labkit.openapi.fields import MISSING, NoOperation, fields, operation
from labkit.openapi.schemas import plain


class Purpose(StrEnum):
    HOME = "home"
    CAR = "car"


class Street(BaseModel):
    name: str
    number: int = Is(ge=1)


class Tree(BaseModel):
    left: "Tree"
    leaves: list["Tree"] = []


class Everything(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"age": 36, "street": {"name": "Hill"}}]})

    age: int = Is(gt=0, lt=120, description="In years.")
    share: float = Is(ge=0.25, le=1, examples=[0.5])
    income: Decimal = Is(gt=0, le=10_000_000)
    name: str = Is(min_length=1, max_length=50)
    purpose: Purpose
    kind: Literal["only"] = "only"
    email: EmailStr
    code: str = Is("AB-1", pattern="^[A-Z]+-[0-9]$")
    is_offer: bool | None = None
    note: Annotated[str, Is(max_length=9)] | None
    features: list[Annotated[float, Is(gt=0)]] = Is(min_length=4, max_length=4)
    street: Street
    second: Street | None = None
    either: int | str
    odd: dict[str, int] = {}


def document(**bodies):
    """The OpenAPI document of an app that takes each of these as the body of a POST."""
    app = FastAPI()
    for name, body in bodies.items():

        def take(value): ...

        take.__annotations__["value"] = body
        app.post(f"/{name}")(take)
    return app.openapi()


@pytest.fixture(scope="module")
def found():
    """Every field of Everything, by its name."""
    return {field.name: field for field in fields(document(x=Everything), "post", "/x")}


def test_every_field_of_the_model_is_there_in_order(found):
    """Fields stand in the order of the model; a required object is taken apart, an optional one is one field."""
    plain_names = [name for name in Everything.model_fields if name != "street"]
    place = list(Everything.model_fields).index("street")
    assert list(found) == [*plain_names[:place], "street.name", "street.number", *plain_names[place:]]
    assert {field.where for field in found.values()} == {"body"}
    assert found["street.number"].loc == ("body", "street", "number")


@pytest.mark.parametrize(
    ("name", "kind", "bounds"),
    [
        ("age", "integer", "above 0 and below 120"),
        ("share", "number", "from 0.25 up to 1"),
        ("income", "number", "above 0 up to 10,000,000"),
        ("name", "string", "1 to 50 characters"),
        ("purpose", "string", "one of home, car"),
        ("kind", "string", "one of only"),
        ("email", "string", "email"),
        ("code", "string", "like ^[A-Z]+-[0-9]$"),
        ("is_offer", "boolean", "or null"),
        ("note", "string", "0 to 9 characters, or null"),
        ("features", "array", "4 items, each number above 0"),
        ("street.number", "integer", "from 1"),
        ("second", "object", "or null"),
        ("either", "any", ""),
        ("odd", "object", ""),
    ],
)
def test_kind_and_bounds(found, name, kind, bounds):
    """References, alternatives with null, enums, exclusive bounds, lengths and arrays are read as what they mean."""
    assert (found[name].kind, found[name].bounds) == (kind, bounds)


def test_bounds_as_numbers(found):
    """A bound is a number, and a flag says whether it is outside itself."""
    age, share = found["age"], found["share"]
    assert (age.minimum, age.exclusive_minimum, age.maximum, age.exclusive_maximum) == (0, True, 120, True)
    assert (share.minimum, share.exclusive_minimum, share.maximum, share.exclusive_maximum) == (0.25, False, 1, False)


def test_what_has_to_be_sent(found):
    """Required is what has no default; a field that may be null but has none is required."""
    optional = {name for name, field in found.items() if not field.required}
    assert optional == {"kind", "code", "is_offer", "second", "odd"}
    assert (found["note"].required, found["note"].nullable, found["note"].default) == (True, True, MISSING)
    assert (found["code"].default, found["age"].default) == ("AB-1", MISSING)


def test_descriptions_and_examples(found):
    """A field has its description, and the examples of its own and of the whole model."""
    assert found["age"].description == "In years."
    assert found["age"].examples == (36,)
    assert found["share"].examples == (0.5,)
    assert found["street.name"].examples == ("Hill",)


def test_the_values_to_begin_with_pass(found):
    """The values that fields start with make a valid request, where no pattern without default has to be met."""
    body = {name: field.start for name, field in found.items() if "." not in name}
    body["street"] = {name: found[f"street.{name}"].start for name in ("name", "number")}
    assert Everything.model_validate(body | {"either": 1}).age == 36


@pytest.mark.parametrize(
    ("annotation", "start"),
    [
        (Annotated[int, Is(gt=5)], 6),
        (Annotated[int, Is(lt=-3)], -4),
        (Annotated[int, Is(le=7)], 0),
        (Annotated[float, Is(gt=0, lt=1)], 0.5),
        (Annotated[float, Is(ge=2)], 2),
        (Annotated[str, Is(min_length=3)], "aaa"),
        (Annotated[list[int], Is(min_length=2)], [0, 0]),
        (bool, False),
        (float, 0),
    ],
)
def test_a_value_made_from_bounds_is_inside(annotation, start):
    """Without example and default a value is made from the bounds, as simple a one as they allow."""
    model = type("Model", (BaseModel,), {"__annotations__": {"value": annotation}})
    (field,) = fields(document(x=model), "POST", "/x")
    assert field.start == start
    assert model(value=field.start)


def test_parameters_of_every_part():
    """Parameters of the path, the query and the headers are fields as well, with the loc of a 422."""
    app = FastAPI()

    @app.get("/items/{item_id}")
    def read(
        item_id: Annotated[int, Path(ge=1)],
        x_token: Annotated[str, Header()],
        limit: Annotated[int, Query(ge=1, le=100, description="How many.")] = 10,
        q: Annotated[str | None, Query(openapi_examples={"a": {"value": "lamp"}})] = None,
    ): ...

    one, limit, q, token = fields(app.openapi(), "get", "/items/42?limit=3")
    places = [("path", "item_id"), ("query", "limit"), ("query", "q"), ("header", "x-token")]
    assert [field.loc for field in (one, limit, q, token)] == places
    assert (one.bounds, limit.bounds, limit.start, limit.description) == ("from 1", "from 1 up to 100", 10, "How many.")
    assert (q.nullable, q.start, q.required, one.required) == (True, "lamp", False, True)


def test_bodies_that_are_not_objects():
    """A bare list is one field whose loc is the body; an embedded one is named; a file is a file."""
    (bare,) = fields(document(x=list[float]), "POST", "/x")
    assert (bare.loc, bare.name, bare.kind, bare.item.kind) == (("body",), "body", "array", "number")
    (embedded,) = fields(document(x=Annotated[list[float], Body(embed=True)]), "POST", "/x")
    assert embedded.loc == ("body", "value")
    (file,) = fields(document(x=Annotated[UploadFile, File()]), "POST", "/x")
    assert (file.loc, file.kind) == (("body", "value"), "file")


def test_a_model_that_contains_itself_comes_to_an_end():
    """Nesting without end is cut off."""
    assert fields(document(x=Tree), "POST", "/x")[-1].name == "leaves"


def test_an_operation_is_found_by_a_path_that_fits():
    """The fixed path goes before the one with braces, and a slash at the end makes no difference."""
    paths = {"/items/{item_id}": {"get": {"summary": "one"}}, "/items/latest": {"get": {"summary": "latest"}}}
    assert operation({"paths": paths}, "GET", "/items/latest")[0] == "/items/latest"
    assert operation({"paths": paths}, "GET", "/items/7/")[0] == "/items/{item_id}"


def test_an_operation_that_is_not_there_is_an_error_that_names_those_that_are():
    """The message has what was asked for and what there is."""
    api = document(loans=Street)
    with pytest.raises(NoOperation, match="no GET /loans; it has POST /loans"):
        fields(api, "GET", "/loans")
    with pytest.raises(NoOperation, match="no operation at all"):
        fields({"paths": None}, "GET", "/")


@pytest.mark.parametrize(
    "schema",
    [
        None,
        7,
        {"$ref": "#/components/schemas/Gone"},
        {"$ref": "#/components/schemas/Round"},
        {"type": 3, "enum": "no list", "minimum": "low", "maxLength": True},
        {"properties": {"a": None}, "required": "a"},
        {"anyOf": [None, 4]},
        {"items": 5, "type": "array", "minItems": 1},
    ],
)
def test_a_document_that_is_not_one_is_read_as_far_as_it_can_be(schema):
    """What was written by hand and makes no sense is left aside, and nothing raises."""
    components = {"schemas": {"Round": {"$ref": "#/components/schemas/Round"}}}
    body = {"content": {"application/json": {"schema": schema}}, "required": True}
    (field,) = fields({"paths": {"/x": {"post": {"requestBody": body}}}, "components": components}, "POST", "/x")
    assert field.bounds in ("", "at least 1 item")
    assert field.start in (None, [None])


@pytest.mark.parametrize(
    ("schema", "kind", "nullable"),
    [
        ({"type": ["integer", "null"]}, "integer", True),
        ({"type": "integer", "nullable": True}, "integer", True),
        ({"anyOf": [{"type": "integer"}, {"type": "number"}]}, "number", False),
        ({"oneOf": [{"type": "string"}, {"type": "null"}]}, "string", True),
        ({"allOf": [{"type": "string", "maxLength": 3}], "title": "X"}, "string", False),
        ({"enum": ["a", "b"]}, "string", False),
        ({"type": "null"}, "any", False),
    ],
)
def test_spellings_of_other_writers(schema, kind, nullable):
    """OpenAPI 3.0 and hand-written documents say the same things in other ways."""
    found = plain({}, schema)
    assert (found["kind"], found["nullable"]) == (kind, nullable)


def test_exclusive_bounds_of_openapi_3_0():
    """There an exclusive bound is a flag beside the bound."""
    schema = {"type": "integer", "minimum": 3, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": False}
    body = {"content": {"application/json": {"schema": schema}}, "required": True}
    (field,) = fields({"paths": {"/x": {"post": {"requestBody": body}}}}, "POST", "/x")
    assert field.bounds == "above 3 up to 9"
