"""Advice on tests that fail on the right API of lab 06: each beside mistakes that look alike and are others."""

import contextlib
from functools import cache

import pytest
from support.classroom import course

from autograder.judging.judge import checks
from labkit.checks import runner
from labkit.checks.api import Mismatch
from labkit.module.source import Module
from labkit.mutation import advice
from labkit.mutation.client import Chamber
from labkit.mutation.suite import Suite, target

pytestmark = pytest.mark.sandbox

LAB = "lab06_testing"
SETUP = """# %% setup
import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from labkit.labs.lab06_testing import iris_api

FLOWER = {"features": [5.0, 3.4, 1.5, 0.2]}
KEY = iris_api.get_model

def missing():
    raise iris_api.ModelNotLoadedError

def error():
    return iris_api.ModelNotLoadedError()

# %% client_fixture
"""
CLIENT = "@pytest.fixture\ndef client():\n    with TestClient(iris_api.create_app()) as client:\n        yield client\n"
NO_WITH = "@pytest.fixture\ndef client():\n    return TestClient(iris_api.create_app())\n"
RETURNED = CLIENT.replace("yield", "return")
OWN_APP = (
    "app = FastAPI()\n@app.get('/readiness')\ndef readiness():\n    raise HTTPException(503)\n"
    "@pytest.fixture\ndef client():\n    with TestClient(app) as client:\n        yield client\n"
)
READY = "def test_ready(client):\n    assert client.get('/readiness').status_code == 200\n"


def tried(text):
    """What a suite comes to on the right API alone."""
    module = Module(LAB, text, (), course().lab(LAB).sections)
    with contextlib.closing(Chamber(LAB, text, "rlimits")) as chamber:
        return runner.with_checks(checks(LAB), lambda run: Suite(module, target(run), chamber)("client_fixture", []))


def tip(check):
    """The advice that a check gives; None where it gives none."""
    with pytest.raises(Mismatch) as found:
        check()
    return found.value.advice or None


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (NO_WITH, advice.NOT_STARTED),
        (RETURNED, advice.LEFT),
        (OWN_APP, None),
        (NO_WITH.replace("iris_api.create_app()", "FastAPI()"), None),
        (CLIENT.replace("TestClient(iris_api.create_app())", "open(__file__)"), None),
    ],
)
def test_a_client_whose_app_is_not_ready_has_advice_where_its_fixture_says_why(client, expected):
    """A missing `with` and a `return` in one are told apart, and from an app that is another."""
    found = tried(f"{SETUP}{client}\n\n{READY}")
    assert tip(found.expect_client) == expected
    assert found.valid or tip(found.expect_valid) == expected


FAILING = {
    "override_returns_the_error": "client.app.dependency_overrides[KEY] = error\n"
    "    status = client.post('/predict', json=FLOWER).status_code\n    client.app.dependency_overrides.clear()\n"
    "    assert status == 503",
    "get_on_a_post_route": "assert client.get('/predict').status_code == 503",
    "there_is_a_model": "assert client.get('/model').status_code == 503",
    "unknown_path": "assert client.get('/redy').status_code == 200",
    "override_raises": "client.app.dependency_overrides[KEY] = missing\n"
    "    reply = client.post('/predict', json=FLOWER)\n    client.app.dependency_overrides.clear()\n"
    "    assert reply.status_code == 200",
    "own_client": "one = TestClient(iris_api.create_app())\n    assert one.get('/readiness').status_code == 200",
    "own_client_backwards": "one = TestClient(iris_api.create_app())\n    assert 200 == one.get('/model').status_code",
    "own_client_that_has_ended": "with TestClient(iris_api.create_app()) as one:\n        pass\n"
    "    assert one.get('/readiness').status_code == 200",
    "own_client_with_an_override": "one = TestClient(iris_api.create_app())\n"
    "    one.app.dependency_overrides[KEY] = missing\n    assert one.get('/model').status_code == 200",
    "awaits": "assert client.get('/readiness').status_code == 200",
    "calls_the_fixture": "assert globals()['client']().get('/readiness').status_code == 200",
    "asks_the_fixture": "assert globals()['client'].get('/readiness').status_code == 200",
    "json_not_called": "assert client.get('/readiness').json['status'] == 'ready'",
    "form": "assert client.post('/predict', data={'features': [1, 2, 3, 4]}).status_code == 200",
    "short_row": "assert client.post('/predict', json={'features': [1]}).status_code == 200",
    "exact_float": "assert client.post('/predict', json=FLOWER).json()['confidence'] == 0.9999",
    "exact_sum": "numbers = client.post('/predict', json=FLOWER).json()['probabilities'].values()\n"
    "    total = round(sum(numbers), 9) - 2**-40\n    assert total == 1",
    "another_number": "assert client.post('/predict', json=FLOWER).json()['confidence'] == 0.5",
    "nan": "assert client.post('/predict', json={'features': [float('nan'), 1, 1, 1]}).status_code == 422",
    "override_of_the_call": "client.app.dependency_overrides[KEY()] = missing",
    "override_is_called": "client.app.dependency_overrides[KEY] = missing()",
}
ADVISED = {
    "own_client": advice.NOT_STARTED,
    "own_client_backwards": advice.NOT_STARTED,
    "awaits": advice.NO_AWAIT,
    "calls_the_fixture": "name it among the arguments of the test, and call nothing: def test_...(client):",
    "asks_the_fixture": "a test gets a fixture by naming it among its arguments: def test_...(client):",
    "json_not_called": "call it: .json(), with its brackets",
    "form": advice.FORM,
    "exact_float": advice.APPROX,
    "exact_sum": advice.APPROX,
    "nan": "json= refuses NaN: send the text itself, content='...', with the header Content-Type: application/json",
    "get_on_a_post_route": "405 says that the path is there for another method",
    "override_of_the_call": "the key of an override is the function itself: get_model, without brackets",
    "override_is_called": "hand over the function itself, without brackets: the app calls it for each request",
}


@cache
def failures():
    """Every failing test, run once, all in one suite whose client is right."""
    kind = {"awaits": "async def"}
    parts = [f"{kind.get(name, 'def')} test_{name}(client):\n    {body}\n" for name, body in FAILING.items()]
    return tried(f"{SETUP}{CLIENT}\n\n{READY}\n\n" + "\n\n".join(parts))


@pytest.mark.parametrize("name", FAILING)
def test_a_test_that_fails_has_advice_where_only_one_mistake_is_left(name):
    """A 503 that the test wanted, and one that it brought about itself, are no client that was not started."""
    found = failures()
    why = found.wrong[f"test_{name}"]
    assert advice.of_test(found.text, f"test_{name}", why.said, why.line, "") == ADVISED.get(name), why


def test_all_tests_that_fail_are_named():
    """A message names three tests, counts the others, and says why the first one failed."""
    with pytest.raises(Mismatch) as found:
        failures().expect_valid()
    first, second, third, *rest = [f"test_{name}" for name in FAILING]
    assert found.value.sent == f"{first}, {second}, {third} and {len(rest)} more on the right API"
    assert found.value.got.startswith(f"{first}: assert 500 == 503 (line ")
