"""What to try where a student's test fails on the right API: only where what was seen leaves one mistake.

A 503 of an API that is right says that its lifespan has not run, or that the test wants it so. So the tests are read:
which side of the comparison came from the API, and how the client was made.
"""

from __future__ import annotations

import ast
import math
import re

from labkit import syntax

NOT_STARTED = "the lifespan runs inside of `with TestClient(...) as client:`"
LEFT = "`return` leaves the `with`, and the app ends: write `yield`"
NO_AWAIT = "write `def`: a TestClient needs no `await`"
OPEN = "expect what the contract says, and nothing it leaves open, such as the last digits of a float"
APPROX = "compare floats with pytest.approx: their last digits are nobody's promise"
FORM = "json= sends JSON; data= sends a form"
_SAID = (
    ("async def functions are not natively supported", NO_AWAIT),
    (
        r'Fixture "(\w+)" called directly',
        r"name it among the arguments of the test, and call nothing: def test_...(\1):",
    ),
    (
        "'FixtureFunctionDefinition' object has no attribute",
        "a test gets a fixture by naming it among its arguments: def test_...(client):",
    ),
    ("'method' object is not (subscriptable|iterable)", "call it: .json(), with its brackets"),
    (
        "Out of range float values are not JSON compliant",
        "json= refuses NaN: send the text itself, content='...', with the header Content-Type: application/json",
    ),
    (r"assert 405 == [^4]", "405 says that the path is there for another method"),
    (r"get_model\(\) missing", "the key of an override is the function itself: get_model, without brackets"),
    (r"ModelNotLoadedError$", "hand over the function itself, without brackets: the app calls it for each request"),
)
"""What leaves one mistake wherever it is raised."""
_NUMBERS = re.compile(r"assert \(?(\d+\.\d{4,}|\d+)\)? == \(?(\d+\.\d+|\d+)\)?")
READINESS = "GET /readiness answers 503"

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def of_client(text: str, said: str) -> str | None:
    """Return what to try where the fixture `client` is not what it should be."""
    made = _function(text, "client") if READINESS in said else None
    return _of_making(made) if made else None


def of_test(text: str, test: str, said: str, line: int | None, client: str) -> str | None:
    """Return what to try where a test fails.

    Args:
        text: the module.
        test: the test's function.
        said: what was raised.
        line: where, in the module.
        client: what is wrong with the fixture `client`; empty if nothing is.
    """
    if known := next((found.expand(tip) for raised, tip in _SAID if (found := re.search(raised, said))), None):
        return known
    if _nearly(said):
        return APPROX
    own = _function(text, test)
    if own and "422 == 20" in said and _sends_a_form(own):
        return FORM
    if line is None or not _answered_503(text, line, said):
        return None
    if own and _calls(own, "TestClient"):
        return None if "dependency_overrides" in ast.unparse(own) else _of_making(own)
    return of_client(text, client)


def _of_making(function: _Function) -> str | None:
    """What is wrong with the way in which a function makes a client."""
    blocks = [node for node in ast.walk(function) if isinstance(node, ast.With | ast.AsyncWith)]
    if any(isinstance(node, ast.Return) for block in blocks for node in ast.walk(block)):
        return LEFT
    entered = blocks or _calls(function, "enter_context") or _calls(function, "__enter__")
    return NOT_STARTED if _calls(function, "TestClient") and not entered else None


def _answered_503(text: str, line: int, said: str) -> bool:
    """Whether a test has failed because a status that it compares was 503."""
    for node in ast.walk(syntax.tree(text)):
        if isinstance(node, ast.Assert) and node.lineno <= line <= (node.end_lineno or 0):
            sides = [node.test.left, *node.test.comparators] if isinstance(node.test, ast.Compare) else []
            left, _, right = said.removeprefix("AssertionError: ").removeprefix("assert ").partition(" == ")
            values = dict(zip([ast.unparse(side) for side in sides], (left.strip(), right.strip()), strict=False))
            return any(source.endswith("status_code") and value == "503" for source, value in values.items())
    return False


def _nearly(said: str) -> bool:
    """Whether two numbers were compared that are the same but for their last digits."""
    found = _NUMBERS.fullmatch(said.removeprefix("AssertionError: "))
    return bool(found and found[1] != found[2] and math.isclose(float(found[1]), float(found[2]), rel_tol=1e-3))


def _sends_a_form(function: _Function) -> bool:
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(word.arg == "data" and isinstance(word.value, ast.Dict) for call in calls for word in call.keywords)


def _function(text: str, name: str) -> _Function | None:
    """The last function of this name that stands at the top of a module, as Python has it."""
    found = [node for node in syntax.tree(text).body if isinstance(node, _Function) and node.name == name]
    return found[-1] if found else None


def _calls(function: _Function, name: str) -> bool:
    called = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(name in (getattr(one, "id", ""), getattr(one, "attr", "")) for one in called)
