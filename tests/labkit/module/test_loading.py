"""A module is loaded from its file, without the sections that would stop it."""

import inspect
import logging
import re
import sys

import pytest

from labkit.module import errors, loading
from labkit.module.loading import NotServable

SETUP = "# %% setup\nfrom fastapi import FastAPI\napp = FastAPI()\n"


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Load a module from a text, as labs/student.py."""
    monkeypatch.delitem(sys.modules, "student", raising=False)

    def from_text(text, **options):
        path = tmp_path / "labs" / "student.py"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return loading.load(path, **options)

    yield from_text
    sys.modules.pop("student", None)


def test_a_module_that_is_not_written_says_how_to_begin(tmp_path):
    """Where there is no file the student is sent to the first section cell."""
    with pytest.raises(NotServable, match=r"student\.py is not written yet: run the first %%section cell"):
        loading.load(tmp_path / "student.py")


@pytest.mark.parametrize(
    ("section", "reason"),
    [
        ("def f(:\n    pass", r"SyntaxError: .* \(line 2 of the cell bad, labs/student.py:5\)"),
        ("x = 1\nx = (", r"SyntaxError: '\(' was never closed \(line 3 of the cell bad"),
        ("x = 1\n  y = 2", r"IndentationError: unexpected indent \(line 3 of the cell bad"),
        ("if True:\n\tx = 1\n        y = 2", r"(TabError|IndentationError): .* \(line 4 of the cell bad"),
        ("return 1", r"SyntaxError: 'return' outside function \(line 2 of the cell bad"),
        ("from __future__ import annotations", r"SyntaxError: from __future__ .* \(line 2 of the cell bad"),
        ("x = '\0'", r"null byte"),
        ("x = 1\n1 / 0", r"ZeroDivisionError: division by zero \(line 3 of the cell bad, labs/student.py:6\)"),
        ("import nowhere", r"ModuleNotFoundError: No module named 'nowhere' \(line 2 of the cell bad"),
        ("import uvicorn\nuvicorn.run(app)", r"RuntimeError: the module starts a server of its own; remove that line"),
        ("import sys\nsys.exit('bye')", r"SystemExit: bye \(line 3 of the cell bad"),
        ("import json\njson.loads('{')", r"JSONDecodeError: .* \(line 3 of the cell bad"),
        ("class Odd(Exception):\n    def __str__(self):\n        return 'a\\nb'\nraise Odd", r"Odd: a b \(line 5 of"),
    ],
)
def test_a_section_that_stops_the_module_is_left_out_and_named(load, section, reason):
    """A section that does not parse or raises costs itself; the reason has the line of its cell, the rest is loaded."""
    loaded = load(f"{SETUP}# %% bad\n{section}\n# %% good\nx = 'good'\n")
    assert list(loaded.left_out) == ["bad"]
    assert re.search(reason, loaded.left_out["bad"])
    assert loaded.module.x == "good"


def test_a_module_that_starts_a_server_leaves_the_log_of_the_server_at_hand_alone(load):
    """What uvicorn logs still goes where it went before, though `uvicorn.run` sets up handlers of its own first."""
    access = logging.getLogger("uvicorn.access")
    before = access.handlers[:], access.propagate
    loaded = load(f"{SETUP}# %% served\nimport uvicorn\nuvicorn.run(app)\n")
    assert "starts a server of its own" in loaded.left_out["served"]
    assert (access.handlers, access.propagate) == before


def test_a_section_that_needs_one_left_out_is_left_out_too(load):
    """A section that uses a name of a section left out is left out as well, with the name it misses."""
    loaded = load(f"{SETUP}# %% one\nn = 1 +\n# %% two\nm = n\n# %% three\nk = 3\n")
    assert set(loaded.left_out) == {"one", "two"}
    assert "NameError: name 'n' is not defined (line 2 of the cell two" in loaded.left_out["two"]
    assert loaded.left_out["two"].endswith("; it comes from one, which is not served")
    assert loaded.module.k == 3


def test_a_loop_at_the_top_level_ends_in_time(load):
    """A section that loops or waits when it is imported is left out after the limit, each by itself."""
    loaded = load(
        f"{SETUP}# %% one\nimport time\ntime.sleep(60)\n# %% two\nwhile True:\n    pass\n# %% three\nx = 3\n",
        seconds=1.5,
    )
    assert list(loaded.left_out) == ["one", "two"]
    assert "TimeoutError: importing it took longer than 1.5 s" in loaded.left_out["one"]
    assert "line 3 of the cell one" in loaded.left_out["one"]
    assert loaded.module.x == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "# %% one\nx = app\n",
            r"student.py has no app, because it has no section setup: run the first %%section cell",
        ),
        ("# %% setup\nx = 1\n", r"student.py has no app: it needs a line such as `app = FastAPI\(\)`"),
        ("# %% setup\nx = (\n", r"no app: its section setup was left out. SyntaxError: .*line 2 of the cell setup"),
        (
            "# %% setup\n1 / 0\n",
            r"no app: its section setup was left out. ZeroDivisionError: .*line 2 of the cell setup",
        ),
        ("# %% setup\napp = 'hello'\n", r"app in student.py is a str: it must be an application"),
        ("# %% setup\ndef app():\n    pass\n", r"app in student.py is a function"),
        ("# %% setup\ndef app(scope, receive, send):\n    pass\n", r"app in student.py is a function"),
        ("# %% setup\nasync def app():\n    pass\n", r"app in student.py is a function"),
        ("# %% setup\nfrom fastapi import FastAPI as app\n", r"app in student.py is the class FastAPI"),
        ("# %% setup\nfrom fastapi import FastAPI\napp = FastAPI\n", r"app in student.py is the class FastAPI"),
        ("x = (\n", r"student.py cannot be imported: SyntaxError: '\(' was never closed \(labs/student.py:1\)"),
        ("import sys\nsys.exit()\n", r"student.py cannot be imported: SystemExit \(labs/student.py:2\)"),
        ("", r"student.py has no app: it needs"),
    ],
)
def test_a_module_that_cannot_be_served_says_why(load, text, reason):
    """A module without app, with an app that is none, or that cannot be imported at all says which of these it is."""
    with pytest.raises(NotServable, match=reason):
        load(text)


@pytest.mark.parametrize(
    "app",
    [
        "async def app(scope, receive, send): pass",
        "from starlette.applications import Starlette\napp = Starlette()",
        "class App:\n    async def __call__(self, scope, receive, send): pass\napp = App()",
        "from functools import partial\nasync def f(a, scope, receive, send): pass\napp = partial(f, 1)",
    ],
)
def test_any_asgi_application_is_one(load, app):
    """An app need not be FastAPI's: whatever ASGI can call is served."""
    assert callable(load(f"# %% setup\n{app}\n").app)


def test_two_apps_are_noticed(load):
    """Where two sections make an app, the last is served and both are named."""
    loaded = load(f"{SETUP}first = app\n# %% one\napp: FastAPI = FastAPI()\n")
    assert loaded.app is not loaded.module.first
    assert loaded.apps == ["setup", "one"]
    assert load(SETUP).apps == ["setup"]


def test_the_source_of_what_runs_can_be_read(load):
    """inspect.getsource, and pydantic's use_attribute_docstrings, see the lines that run, whatever was left out."""
    loaded = load(
        f"{SETUP}# %% bad\nx = (\n# %% model\nfrom pydantic import BaseModel\n\n"
        "class Item(BaseModel, use_attribute_docstrings=True):\n    name: str\n    'What it is called.'\n"
        "def f():\n    return 'f'\n"
    )
    assert inspect.getsource(loaded.module.f) == "def f():\n    return 'f'\n"
    assert loaded.module.Item.model_fields["name"].description == "What it is called."


def test_postponed_annotations_work(load):
    """A setup that begins with a __future__ import rules the sections below it."""
    loaded = load("# %% setup\nfrom __future__ import annotations\nfrom fastapi import FastAPI\napp = FastAPI()\n"
                  "# %% one\ndef f(x: Later): pass\nclass Later: pass\n")  # fmt: skip
    assert loaded.left_out == {}
    assert loaded.module.f.__annotations__ == {"x": "Later"}


@pytest.mark.parametrize(
    "data",
    [
        ("\ufeff" + SETUP + "# %% one\nword = 'Grüße'").encode(),
        (SETUP + "# %% one\nword = 'Grüße'\n").replace("\n", "\r\n").encode(),
        (SETUP + "# %% one\nif True:\n\tword = 'Grüße'").encode(),
    ],
    ids=["BOM", "Windows", "tabs and no last line end"],
)
def test_files_of_other_editors_are_read(load, data):
    """A BOM, Windows line ends, tabs, letters that are not ASCII and a missing last line end are all fine."""
    assert load(data).module.word == "Grüße"


def test_bytes_that_are_not_utf8_cost_their_section_or_nothing(load):
    """Bytes that are not UTF-8 do not stop the rest of the module."""
    assert load(SETUP.encode() + b"# %% one\nx = '\xff'\n# %% two\ny = 2\n").module.y == 2


def test_an_import_that_fails_leaves_the_module_before_in_place(load):
    """Loading a module again replaces it, failing to load it does not."""
    first = load(SETUP)
    assert sys.modules["student"] is first.module
    with pytest.raises(NotServable):
        load("1 / 0\n")
    assert sys.modules["student"] is first.module


def test_what_a_module_gives_is_plain_data(load):
    """Given names are handed on where they are made of JSON's own types, and nothing else is."""
    loaded = load(f"{SETUP}class S(str): pass\na = [{{'n': 1}}]\nb = S('x')\nc = app\nd = [S('x')]\ne = {{1: 2}}\n")
    assert loading.given(loaded, ["a", "b", "c", "d", "e", "absent"]) == {"a": [{"n": 1}]}


def test_where_an_exception_was_raised_is_the_students_last_line(load):
    """An exception is placed at the last line of the student's module it went through, if there is one."""
    module = load(f"{SETUP}# %% one\nimport json\ndef f():\n    json.loads('{{')\n").module
    with pytest.raises(ValueError, match="Expecting") as raised:
        module.f()
    path = loading.Path(module.__file__)
    assert errors.raised_at(raised.value, path) == (
        "JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1), "
        "in line 4 of the cell one, labs/student.py:7"
    )
    assert errors.raised_at(KeyError("x"), path) == "KeyError: 'x'"


def test_what_an_exception_says_is_made_one_short_line(tmp_path):
    """Of a long text over several lines, or of one that cannot be had, what can be shown is shown."""

    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

    said = errors.raised_at(ValueError("a\nb\x1b[31m\udcff " + "c" * 900), tmp_path)
    assert said.startswith(r"ValueError: a b\x1b[31m\udcff ccc")
    assert said.isprintable()
    assert len(said) < 150
    assert errors.raised_at(Mute(), tmp_path) == "Mute"
