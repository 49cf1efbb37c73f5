"""A module is served again after each change: without what keeps it from that, and with it once it is mended."""

import pytest
from support.live import hurry

from labkit.verdict import Outcome

SOLVED = '@app.get("/")\ndef read_root():\n    return {"message": "Hello World"}\n'
BEHIND_A_LAMBDA = "from fastapi import FastAPI\n{life}    yield\napp = FastAPI(lifespan=lambda app: life(app))\n"
LIFE = "from contextlib import asynccontextmanager\n@asynccontextmanager\nasync def life(app):\n{start}    yield\n"


@pytest.mark.parametrize(
    ("section", "reason"),
    [
        ("async def life(app):\n    yield\n", "protocol. Is there @asynccontextmanager above it?"),
        (LIFE.replace("async", "", 1).replace("@async", "@").format(start=""), "not @contextmanager."),
        (LIFE.format(start="    return\n"), "It has to come to its yield"),
        (LIFE.format(start="    1 / 0\n"), "division by zero, in line 5 of the cell path_parameter"),
        (LIFE.format(start="    import time; time.sleep(3)\n"), "it was only slow"),
        ("app = {}\n", "app in lab01_hello.py is a dict"),
    ],
)
def test_a_section_that_keeps_the_app_from_starting_costs_itself(lab, section, reason):
    """The section that breaks the start is left out with its reason, and the others are served and checked."""
    life = LIFE.format(start="").removesuffix("    yield\n")
    lab.write("setup", BEHIND_A_LAMBDA.format(life=life))
    lab.write("root", SOLVED)
    with hurry(lab.server, **({"start": 0.6} if "sleep" in section else {})):
        said = lab.write("path_parameter", section)
    assert "path_parameter is in labs/lab01_hello.py, but left out of the server" in said
    assert said.count(reason.rpartition(". ")[2]) == 1  # what to try is said once
    assert reason in said
    assert "serving on" in said
    assert lab.judge("root").outcome is Outcome.CORRECT
    assert reason in str(lab.judge("path_parameter"))


@pytest.mark.parametrize(
    ("setup", "reason"),
    [
        (
            "from fastapi import FastAPI\napp = FastAPI(\n",
            "SyntaxError: '(' was never closed (line 3 of the cell setup",
        ),
        ("from fastapi import FastAPI\n1 / 0\napp = FastAPI()\n", "ZeroDivisionError: division by zero (line 3 of"),
        ("import sys\nsys.exit()\n", "SystemExit (line 3 of the cell setup"),
        ("x = 1\n", "has no app: it needs a line such as `app = FastAPI()`"),
        ("def app(): pass\n", "app in lab01_hello.py is a function: it must be an application"),
        (
            "from fastapi import FastAPI\nasync def life(app):\n    raise OSError('no')\n    yield\n"
            "app = FastAPI(lifespan=life)\n",
            "The app's lifespan raised OSError: no, in line 4 of the cell setup, labs/lab01_hello.py:6. Mend it",
        ),
        (
            "import time\nfrom fastapi import FastAPI\nasync def life(app):\n    time.sleep(3)\n    yield\n"
            "app = FastAPI(lifespan=life)\n",
            "The app did not start within 0.6 s. If nothing in its lifespan loops or waits, it was only slow",
        ),
        ("while True: pass\n", "TimeoutError: importing it took longer than 1 s"),
    ],
)
def test_a_module_that_cannot_be_served_is_served_again_once_mended(lab, setup, reason):
    """Each way not to serve has its own message, and mending it serves on the same port."""
    lab.write("root", SOLVED)
    url = lab.server.url
    limits = {"start": 0.6} if "sleep" in setup else {"load": 1.0} if "while" in setup else {}
    with hurry(lab.server, **limits):
        assert reason in lab.write("setup", setup)
        verdict = lab.judge("root")
        assert verdict.outcome is Outcome.ERROR
        assert reason in str(verdict)
    assert f"serving on {url}" in lab.write("setup", "from fastapi import FastAPI\napp = FastAPI()\n")
    assert lab.judge("root").outcome is Outcome.CORRECT


def test_a_section_that_hung_is_not_tried_again_before_it_has_changed(lab):
    """A section that took too long to import keeps no other cell waiting; its own cell tries it again."""
    tried = lab.draft.path.with_name("tried")
    hangs = f"import time\nwith open({str(tried)!r}, 'a') as file:\n    file.write('x')\ntime.sleep(60)\n"
    with hurry(lab.server, load=1.0):
        lab.write("root", hangs)
        assert "left out  root" in lab.write("documentation", "x = 1\n")
        assert tried.read_text() == "x"
        assert "took longer" in lab.left_out["root"]
        lab.write("root", hangs)
        assert tried.read_text() == "xx"
    lab.write("root", SOLVED)
    assert lab.left_out == {}
