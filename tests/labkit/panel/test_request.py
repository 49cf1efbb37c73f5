"""A form becomes a request, a curl command and a call of httpx, and all three say the same."""

import json
import subprocess
import sys
from typing import Annotated

import pytest
from fastapi import Cookie, FastAPI, File, Form, Header, Query
from pydantic import BaseModel

from labkit.http.client import connect
from labkit.openapi.fields import Field, fields
from labkit.panel.request import ask, body_text, media, start


class Item(BaseModel):
    name: str
    price: float | None = None
    tags: list[str] = []


def api():
    made = FastAPI()

    @made.get("/echo/{name}")
    def echo(
        name: str,
        q: Annotated[list[str], Query()] = [],  # noqa: B006 (as students write it)
        x_token: Annotated[str, Header()] = "",
        session: Annotated[str, Cookie()] = "",
    ):
        return [name, q, x_token, session]

    @made.put("/items")
    def put(item: Item):
        return item

    @made.delete("/items")
    def delete(item: Item):
        return item

    @made.post("/form")
    def form(name: Annotated[str, Form()], note: Annotated[str, Form()] = ""):
        return [name, note]

    @made.post("/file")
    def file(upload: Annotated[bytes, File()], note: Annotated[str, Form()]):
        return [upload.decode(), note]

    return made


CASES = [
    ("GET", "/echo/{name}", {"name": "a b?ü"}, ["a b?ü", [], "", ""]),
    (
        "GET",
        "/echo/{name}",
        {"name": "x", "q": "one, two&three", "x-token": "it's", "session": "s1"},
        ["x", ["one", "two&three"], "it's", "s1"],
    ),
    ("GET", "/echo/{name}", {"name": "x", "q": '["a,b"]'}, ["x", ["a,b"], "", ""]),
    ("PUT", "/items", {"name": "it's $5", "price": "1.5"}, {"name": "it's $5", "price": 1.5, "tags": []}),
    ("PUT", "/items", {"name": '""', "price": "null", "tags": '["ä"]'}, {"name": "", "price": None, "tags": ["ä"]}),
    ("PUT", "/items", {"name": "12"}, {"name": "12", "price": None, "tags": []}),
    ("DELETE", "/items", {"name": "x"}, {"name": "x", "price": None, "tags": []}),
    ("POST", "/form", {"name": "a=b&c", "note": "é"}, ["a=b&c", "é"]),
    ("POST", "/file", {"upload": "line 1\nline 2", "note": "n"}, ["line 1\nline 2", "n"]),
]


def asked(document, method, path, values, raw=None):
    said = [(field, values.get(field.name, "")) for field in fields(document, method, path)]
    return ask(method, path, media(document, method, path), said, raw)


@pytest.mark.parametrize(("method", "path", "values", "expected"), CASES)
@pytest.mark.parametrize("way", ["panel", "curl", "httpx"])
def test_each_way_sends_the_same(server, method, path, values, expected, way):
    """Whatever stands in the fields arrives as it was meant, from the panel, from a shell and from Python."""
    server.serve(made := api())
    request = asked(made.openapi(), method, path, values)
    if way == "panel":
        answered = connect(server.url).request(request.method, request.path, **request.options).json()
    else:
        curl = ["bash", "-c", request.curl(server.url).replace("curl -i", "curl -s")]
        command = curl if way == "curl" else [sys.executable, "-c", request.httpx(server.url)]
        said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout
        answered = json.loads(said.removeprefix("200 "))
    assert answered == expected


def test_raw_json_is_sent_as_it_stands(server):
    """A body that is no JSON reaches the server, which refuses it, from the panel and from a shell."""
    server.serve(made := api())
    request = asked(made.openapi(), "PUT", "/items", {}, raw='{"name": ')
    answer = connect(server.url).request(request.method, request.path, **request.options)
    assert answer.json()["detail"][0]["type"] == "json_invalid"
    command = ["bash", "-c", request.curl(server.url)]
    assert "json_invalid" in subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout


def test_the_fields_become_one_text():
    """The body of the fields so far is what raw JSON begins with; nested objects are put together again."""
    said = [
        (Field(("query", "top"), "integer"), "3"),
        (Field(("body", "owner", "name"), "string"), "Ada"),
        (Field(("body", "owner", "age"), "integer"), "36"),
        (Field(("body", "note"), "string"), ""),
    ]
    assert json.loads(body_text(said, "application/json")) == {"owner": {"name": "Ada", "age": 36}}


def test_only_what_has_to_be_sent_is_filled_in():
    """A required field begins with an example or a value that fits, an optional one with nothing."""
    assert start(Field(("query", "q"), "string", required=False, default="lamp")) == ""
    assert start(Field(("query", "q"), "integer", minimum=3)) == "3"
    assert start(Field(("body", "q"), "array", examples=([1, 2],))) == "[1, 2]"
