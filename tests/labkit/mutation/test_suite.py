"""Trials of a student's tests, on an API that is one function."""

import contextlib

import pytest

from labkit import sections
from labkit.checks.api import Mismatch
from labkit.module.source import Module
from labkit.mutation.client import Chamber, Told
from labkit.mutation.mutant import Mutant
from labkit.mutation.suite import Suite, Target
from labkit.sandbox.limits import Limits

pytestmark = pytest.mark.sandbox

RIGHT = "import math\n\n\ndef double(number):\n    twice = number * 2\n    return twice\n"
OTHER_WORDS = "import math\n\n\ndef double(number):\n    return math.fsum([number, number])\n"
ONE_MORE = Mutant("one_more", "first", "adds one", "number * 2", "number * 2 + 1")
SQUARES = Mutant("squares", "first", "squares", "number * 2", "number * number")
SHARED = Mutant("shared", "second", "forgets zero", "return twice", "return twice or None")
TARGET = Target("labkit.labs.lab06_testing.iris_api", RIGHT, [ONE_MORE, SQUARES], [OTHER_WORDS])
PATIENT = Limits(load=20.0, start=60.0)
SETUP = "# %% setup\nfrom labkit.labs.lab06_testing import iris_api\n"
GOOD = "def test_good():\n    assert iris_api.double(3) == 6\n"


@pytest.fixture(params=["rlimits"])
def tried(request):
    """Try sections of tests on the right function and on broken ones; return what the first exercise came to."""
    with contextlib.ExitStack() as stack:

        def run(mutants=(ONE_MORE, SQUARES), limits=PATIENT, **parts):
            text = SETUP + "".join(f"\n\n# %% {name}\n{source}" for name, source in parts.items())
            names = [section.name for section in sections.parse(text)]
            module = Module("lab06_testing", text, (), names)
            chamber = Chamber(module.lab, text, request.param, limits)
            stack.callback(chamber.close)
            return Suite(module, TARGET, chamber)("first", mutants)

        yield run


def told(check, *arguments):
    """What a check says; empty where it passes."""
    try:
        check(*arguments)
    except Mismatch as problem:
        return str(problem)
    return ""


def test_a_test_kills_what_it_fails_on(tried):
    """A test that passes on the right API and fails on a broken one rejects that one, and no other."""
    found = tried(first="def test_two():\n    assert iris_api.double(2) == 4\n")
    assert told(found.expect_steady) == told(found.expect_valid) == ""
    assert found.rejected == {"one_more": ["test_two"], "squares": []}
    assert "one of them fails\ngot       test_two passed" in told(found.expect_rejected, SQUARES)


def test_only_the_tests_of_the_section_count(tried):
    """The tests of another exercise kill nothing here."""
    found = tried(first="def test_weak():\n    assert iris_api.double(2) == 4\n", second=GOOD)
    assert found.tests == ["test_weak"]
    assert found.rejected["squares"] == []


def test_a_module_without_marks_counts_everywhere():
    """Where nothing says to which exercise a test belongs, it belongs to every one."""
    module = Module("lab06_testing", SETUP.partition("\n")[2] + GOOD)
    with contextlib.closing(Chamber(module.lab, module.text, "rlimits")) as chamber:
        suite = Suite(module, TARGET, chamber)
        assert suite("first", [ONE_MORE]).rejected == {"one_more": ["test_good"]}
        assert suite("second", [SHARED]).rejected == {"shared": []}


def test_a_test_that_fails_on_the_right_api_is_named(tried):
    """It does not count, and the others do."""
    found = tried(first=GOOD + "\n\ndef test_bad():\n    assert iris_api.double(3) == 7\n")
    assert found.rejected == {"one_more": ["test_good"], "squares": ["test_good"]}
    assert told(found.expect_steady) == ""
    said = told(found.expect_valid)
    assert said.startswith("test_bad on the right API\nexpected  it passes")
    assert "assert 6 == 7 (line 7 of the cell first)" in said


def test_a_test_that_fails_in_other_words_is_named(tried):
    """A test that expects what nobody promised does not count."""
    found = tried(
        first="def test_type():\n    assert isinstance(iris_api.double(3), int) and iris_api.double(3) == 6\n"
    )
    assert found.rejected == {"one_more": [], "squares": []}
    assert "test_type on the right API, written in other words" in told(found.expect_steady)
    assert "isinstance(iris_api.double(3), int)" in told(found.expect_valid)


def test_an_assert_of_several_lines_is_shown_whole(tried):
    """What a test expects stands in the message in one line, shortened where it is long."""
    found = tried(first="def test_type():\n    assert repr(iris_api.double(3)) == (\n        '6'\n    )\n")
    assert "got       assert repr(iris_api.double(3)) == ( '6' ) (line 3 of the cell first)" in told(found.expect_valid)
    long = "".join(f"        {n},\n" for n in range(40))
    found = tried(first=f"def test_type():\n    assert repr(iris_api.double(3)) in ['6',\n{long}    ]\n")
    assert "in ['6', 0, 1, 2" in told(found.expect_valid)
    assert "... (line 3 of the cell first)" in told(found.expect_valid)


ORDER = """
seen = []

def test_a():
    seen.append(1)
    assert iris_api.double(3) == 6

def test_b():
    assert seen
"""
STUBBORN = """
def test_loop():
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""


def test_tests_that_need_each_other_earn_nothing(tried):
    """A test that passes in the file's order and fails alone makes its exercise unsteady."""
    found = tried(first=ORDER)
    assert "test_b on the right API, " in told(found.expect_steady)
    assert "it passes, as anywhere else" in told(found.expect_steady)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; os._exit(0)", "it ended the process"),
        ("import signal, os; os.kill(os.getpid(), signal.SIGKILL)", "it ended the process"),
        ("while True: pass", "it took longer than 1 s"),
        ("import time; time.sleep(60)", "it took longer than 1 s"),
        ("raise SystemExit", "SystemExit"),
        ("import pytest; pytest.skip('later')", "at least one that passes"),
    ],
)
def test_a_test_that_does_not_end_is_named(tried, code, said):
    """Leaving, hanging and skipping earn nothing, and the tests of other sections still count."""
    found = tried(limits=Limits(load=1.0, start=15.0), first=f"def test_odd():\n    {code}\n", second=GOOD)
    assert said in told(found.expect_steady)
    assert not any(found.rejected.values())


def test_a_test_that_cannot_be_stopped_ends_with_its_trial(tried):
    """Code that catches everything is ended from outside, and named."""
    found = tried(limits=Limits(load=1.0, start=4.0), first=STUBBORN, second=GOOD)
    assert "it did not end in time" in told(found.expect_steady)


@pytest.mark.parametrize(
    ("code", "said"),
    [("def broken(:", "SyntaxError"), ("1 / 0", "ZeroDivisionError"), ("raise SystemExit(0)", "SystemExit")],
)
def test_a_section_that_cannot_be_imported_costs_its_own_exercise(tried, code, said):
    """The others are run without it."""
    assert said in told(tried(first=f"{code}\n{GOOD}", second=GOOD).expect_steady)
    found = tried(first=GOOD, second=f"{code}\n{GOOD}")
    assert found.rejected["squares"] == ["test_good"]


def test_a_process_that_ends_at_import_runs_nothing(tried):
    """Where nothing is left to say which section it was, nothing counts."""
    assert "look for an exit" in told(tried(first=f"import os\nos._exit(0)\n{GOOD}").expect_steady)


def test_counting_runs_gains_nothing(tried):
    """Each trial has an empty folder, in which it is alone."""
    count = (
        "import pathlib, tempfile\n\ndef test_count():\n"
        "    for place in (pathlib.Path.cwd(), pathlib.Path.home(), pathlib.Path(tempfile.gettempdir())):\n"
        "        assert not (place / 'count').exists()\n"
        "    (pathlib.Path.home() / 'count').touch()\n    (pathlib.Path.cwd() / 'count').touch()\n"
    )
    found = tried(first=count)
    assert told(found.expect_steady) == ""
    assert found.rejected == {"one_more": [], "squares": []}


def test_failing_by_chance_earns_nothing(tried):
    """Tests that fail now and then are unsteady, however many there are."""
    chance = (
        "import os, pytest\n\n@pytest.mark.parametrize('n', range(60))\ndef test_chance(n):\n"
        "    assert os.urandom(1)[0] > 60\n"
    )
    found = tried(first=chance)
    assert "it passes, as anywhere else" in told(found.expect_steady)


def test_an_override_left_behind_is_blamed_on_who_left_it(tried):
    """The test that meets it does not lose its points; the one that left it does."""
    shared = (
        "import pytest\nfrom fastapi import Depends, FastAPI\nfrom fastapi.testclient import TestClient\n"
        "app = FastAPI()\ndef price(): return 1\n@app.get('/')\ndef root(found: int = Depends(price)): return found\n"
    )
    victim = "def test_victim():\n    assert TestClient(app).get('/').json() == 1 and iris_api.double(3) == 6\n"
    culprit = (
        "def test_culprit():\n    app.dependency_overrides[price] = lambda: 2\n    assert iris_api.double(3) == 6\n"
    )
    innocent = tried(setup2=shared, first=victim, second=culprit)
    assert told(innocent.expect_steady) == ""
    assert innocent.rejected["squares"] == ["test_victim"]
    guilty = tried(setup2=shared, second=victim, first=culprit)
    assert "dependency_overrides" in told(guilty.expect_steady)


@pytest.mark.parametrize("said", [None, 7, [], {}, {"test": 1, "outcome": "failed"}, {"broken": "a"}, {"done": 1}, "x"])
def test_what_makes_no_sense_is_not_believed(said):
    """A line of another shape says nothing."""
    report = Told()
    report.take(said)
    assert report == Told()


def test_who_says_two_things_has_failed():
    """A process that says that a test passed and that it failed gains nothing by the first."""
    report = Told()
    report.take({"test": "t", "outcome": "passed"})
    report.take({"test": "t", "outcome": "failed", "said": "no", "line": None})
    assert report.outcome("t") == "failed"
