"""Where a section that an exercise rests on is not served, that is what a message advises."""

import pytest

from labkit.checks.api import Mismatch
from labkit.checks.foundation import Foundation, first
from labkit.module.source import Module

SECTIONS = {
    "setup": "from fastapi import FastAPI\napp = FastAPI()\ndef rule(x):\n    return x",
    "one": '@app.post("/things/{name}")\ndef add(name, thing: Thing):\n    return size(thing)',
    "two": "class Thing:\n    pass\n\n\ndef size(thing):\n    return 1",
    "three": '@app.get("/sizes")\ndef sizes():\n    return [size(Thing())]',
    "four": '@app.get("/things/all")\ndef rule(x):\n    return x',
}


def foundation(left_out=(), **changed):
    text = "\n".join(f"# %% {name}\n{source}" for name, source in (SECTIONS | changed).items())
    return Foundation(Module("lab01", text), dict.fromkeys(left_out, "SyntaxError"))


@pytest.mark.parametrize(
    ("left_out", "exercise", "sent", "section"),
    [
        ("two", "three", "GET /sizes", "two"),
        ("one", "two", 'POST /things/7 {"a": 1}', "one"),
        ("one", "two", "GET /things/7", None),
        ("one", "two", "POST /things", None),
        ("two", "one", "POST /things/7", None),
        ("one", "three", "GET /sizes", None),
        ("one", "four", "GET /things/all", None),
        ("three", "three", "GET /sizes", None),
    ],
    ids=["name", "path", "method", "shorter path", "below", "nothing of it", "own path", "itself"],
)
def test_what_an_exercise_rests_on_is_named_where_it_is_not_served(left_out, exercise, sent, section):
    """A section above that has a name it uses, or the path that was asked for, comes first; no other does."""
    advice = foundation([left_out]).advice(exercise, Mismatch(sent, "200", "404"))
    assert advice == (f"begin with {section}: {exercise} rests on it, and it is not served" if section else None)


@pytest.mark.parametrize(
    ("changed", "rests"),
    [
        ({"three": "class Thing: ...\nsize = len\nprint(size(Thing()))"}, False),
        ({"two": "app.title = 'x'"}, False),
        ({"two": "def size(thing:\n    pass", "three": "print(size)"}, True),
    ],
    ids=["has its own", "makes no name", "does not parse"],
)
def test_a_name_is_missed_where_nobody_else_makes_it(changed, rests):
    """A section rests on another one for a name that no section between them, nor it itself, has made."""
    assert (foundation(["two"], **changed).advice("three", Mismatch("", "200", "500")) is not None) == rests


def test_a_stub_is_not_served_either():
    """An untouched stub says in its comments what it is to have, and whoever rests on that is sent there."""
    stub = "# class Applicant     four fields, and no others\n# POST /applicants    takes an Applicant\n"
    text = f"# %% setup\n# %% applicant_fields\n{stub}# %% realistic_income\ndef realistic(x):\n    return x\n"
    unsolved = Foundation(Module("lab02_validation", text))
    said = unsolved.advice("realistic_income", Mismatch("POST /applicants {}", "422", "404"))
    assert said == "begin with applicant_fields: realistic_income rests on it, and it is still the stub"


@pytest.mark.parametrize(
    ("maker", "exercise", "got", "told"),
    [
        ("four", "one", '404 {"detail":"Not Found"}', True),
        ("four", "one", "200 {}", False),
        ("two", "three", "404", False),
        ("setup", "one", "404", False),
    ],
)
def test_routes_of_an_app_that_is_no_longer_served_are_missed(maker, exercise, got, told):
    """A 404 of a section above a second FastAPI() has that as its cause; of a section below, and alone, it has not."""
    module = foundation(**{maker: f"{SECTIONS[maker]}\napp = FastAPI(title='x')"})
    advice = module.advice(exercise, Mismatch("GET /", "200", got)) or ""
    assert (f"the second FastAPI(), in {maker}, has none of the routes above it" in advice) == told


@pytest.mark.parametrize(
    ("source", "sent", "got", "told"),
    [
        ('app.get("/a")\ndef f(): ...', "GET /a", "404", "put the sign @ before app.get(...)"),
        ('app.get("/a/{x}")\ndef f(): ...', "GET /a/7", "422 {}", "put the sign @ before app.get(...)"),
        ('app.get("/a")\ndef f(): ...', "GET /b", "200", None),
        ('@app.get("/a")\ndef f(): ...', "GET /a", "404", None),
        ("@app.get\ndef f(): ...", "GET /a", "404", 'give the decorator its path: @app.get("/...")'),
        ('@app.get(f"/a/{id}")\ndef f(id): ...', "GET /a/7", "404", "leave out the f before the path"),
        ('@app.get("a")\ndef f(): ...', "GET /a", "404", "a path begins with a slash"),
        ('@app.post("/a")\ndef f(): ...', "GET /a", "405", "the route is one for POST, and GET was sent: @app.get("),
        ('@app.post("/a")\ndef f(): ...', "GET /b", "405", None),
        ('app.get("/a")(len)', "GET /a", "404", None),
        ('r = APIRouter()\n\n@r.get("/a")\ndef f(): ...', "GET /a", "404", "app.include_router(r)"),
        ('r = APIRouter()\n\n@r.get("/a")\ndef f(): ...', "GET /a", "500", None),
        ('r = APIRouter()\n\n@r.get("/a")\ndef f(): ...\napp.include_router(r)', "GET /a", "404", None),
    ],
)
def test_a_route_that_the_app_never_got_is_told_why(source, sent, got, told):
    """A decorator without its sign, and a router that is never included, are what a missing route comes from."""
    advice = foundation(four=source).advice("four", Mismatch(sent, "200", got))
    assert advice is None if told is None else told in advice


MIDDLEWARE = '@app.middleware("http")\nasync def around(request, call_next):\n    response = await call_next(request)'
ROUTE = '\n\n\n@app.get("/sizes")\ndef sizes():\n    return find()\n\n\ndef find():\n    return 1 / 0'
NONE, DICT = "TypeError: 'NoneType' object is not callable", "TypeError: 'dict' object is not callable"


@pytest.mark.parametrize(
    ("three", "four", "got", "told"),
    [
        ("", MIDDLEWARE, f"500 ({NONE})", "in four stands before every route: mend it first, let it return what"),
        ("", f"{MIDDLEWARE}\n    return {{}}", f"500 ({DICT})", "in four stands before every route"),
        (
            "",
            f"{MIDDLEWARE}\n    return sleep(1)",
            f"500 ({NONE.replace('NoneType', 'coroutine')})",
            "in four stands before every route: mend it first, let it `return await call_next(request)`",
        ),
        (
            f"{MIDDLEWARE}\n    return {{}}",
            f"{MIDDLEWARE}\n    return response",
            f"500 ({DICT}, in line 4 of the cell four, a.py:9)",
            "in three st",
        ),
        (
            "",
            f"{MIDDLEWARE}\n    return 1 / 0",
            "500 (ZeroDivisionError, in line 5 of the cell four, a.py:9)",
            "in four, line 5",
        ),
        ("", f"{MIDDLEWARE}\n    return 1 / 0", "500 (ZeroDivisionError, in line 5 of the cell three, a.py:9)", None),
        (
            "",
            "class A:\n    pass\n\napp.add_middleware(A)",
            "500 (ValueError, in line 3 of the cell four, a.py:9)",
            "in four, line 3",
        ),
        ("", MIDDLEWARE + ROUTE, "500 (ZeroDivisionError, in line 9 of the cell four, a.py:9)", None),
        ("", MIDDLEWARE + ROUTE, "500 (ZeroDivisionError, in line 13 of the cell four, a.py:9)", None),
        ("", "def size(thing):\n    return 1 / 0", "500 (ZeroDivisionError, in line 3 of the cell four, a.py:9)", None),
    ],
)
def test_middleware_that_takes_every_request_down_is_named(three, four, got, told):
    """What is raised in middleware, or where it returns no response, is nobody else's mistake."""
    module = foundation(three=f"{SECTIONS['three']}\n\n\n{three}" if three else SECTIONS["three"], four=four)
    advice = module.advice("two", Mismatch("GET /sizes", "200", got))
    assert advice is None if told is None else told in advice
    assert first(str(Mismatch("GET /sizes", "200", got, advice))) == (told.split()[1].strip(",") if told else "")


def test_what_a_check_advises_of_its_own_middleware_goes_before():
    """Middleware that raises is named to its own exercise as well, unless the check knows more about it."""
    module, got = (
        foundation(four=f"{MIDDLEWARE}\n    return 1 / 0"),
        "500 (KeyError, in line 5 of the cell four, a.py:9)",
    )
    assert "in four, line 5" in module.advice("four", Mismatch("GET /sizes", "200", got))
    assert module.advice("four", Mismatch("GET /sizes", "200", got, "put str(...) around it")) is None


def test_nothing_that_a_student_writes_is_a_pattern():
    """A route of many parameters in one part, which as a pattern would be tried for ever, is held against a path."""
    many = "".join(f"{{p{number}}}" for number in range(40))
    module = foundation(["one"], one=f'@app.get("/{many}x")\ndef f(): ...')
    told = module.advice("two", Mismatch(f"GET /{'a' * 300}", "200", "404"))
    assert told == "begin with one: two rests on it, and it is not served"


def test_a_module_without_end_is_not_read():
    """Of a module that is longer than any honest one nothing is said."""
    module = foundation(["two"], four="x = 1\n" * 10_000)
    assert module.advice("three", Mismatch("GET /sizes", "200", "404")) is None
