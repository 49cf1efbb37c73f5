"""The disguise: every API looks different each time, and does the same."""

import ast
import importlib.util
import re
from pathlib import Path
from types import FunctionType, ModuleType

import numpy as np
import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from labkit.labs import lab06_testing
from labkit.labs.lab06_testing.mutants import MUTANTS
from labkit.mutation.disguise import disguise
from labkit.mutation.mutant import Mutant

FOLDER = Path(lab06_testing.__file__).parent
ROOT = FOLDER.parents[2]
RIGHT = (FOLDER / "iris_api.py").read_text(encoding="utf-8")
HIDDEN = ROOT / "autograder" / "hidden" / "lab06_testing"
EQUIVALENTS = [FOLDER / "equivalent_api.py", *sorted(HIDDEN.glob("*.py"))]
OTHERS = [RIGHT, *(mutant.of(RIGHT) for mutant in MUTANTS)]


def hidden_mutants():
    spec = importlib.util.spec_from_file_location("hidden_of_lab06", HIDDEN.with_suffix(".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.MUTANTS


EVERY = [*MUTANTS, *hidden_mutants()]


def loaded(text):
    module = ModuleType("iris_api")
    exec(compile(text, "iris_api.py", "exec", dont_inherit=True), module.__dict__)  # noqa: S102 (as a trial does)
    return module


def functions(module):
    return {name: it for name, it in vars(module).items() if isinstance(it, FunctionType) and it.__module__ != "x"}


def shown(module):
    return module.create_app().openapi()


def asked(module):
    """What an app answers to a few requests, without what is new each time."""
    with TestClient(module.create_app()) as client:
        replies = [
            client.get("/readiness"),
            client.get("/nowhere"),
            client.post("/predict", json={"features": [5.9, 2.8, 4.3, 1.3]}),
            client.post("/predict/batch", json={"rows": [[5.9, 2.8, 4.3, 1.3], [1, 2, 3]]}),
            client.post("/predict", json={"features": [1, 2, 3, "a"], "b": 1}),
        ]
    return [(reply.status_code, reply.json(), sorted(reply.headers)) for reply in replies]


@pytest.mark.parametrize("path", [FOLDER / "iris_api.py", *EQUIVALENTS], ids=lambda path: path.stem)
def test_a_disguised_api_does_the_same(path):
    """Whatever the seed, an API in disguise shows the same document and gives the same answers."""
    text = path.read_text(encoding="utf-8")
    plain = loaded(text)
    for seed in range(3):
        worn = loaded(disguise(text, seed, OTHERS))
        assert shown(worn) == shown(plain)
        assert asked(worn) == asked(plain)


def test_no_two_disguises_are_alike():
    """Bytecode, lines and private names of the right API differ from one disguise to the next."""
    first, second = (functions(loaded(disguise(RIGHT, seed, OTHERS))) for seed in (1, 2))
    assert {name for name in first if name.startswith("_")}.isdisjoint(second)
    public = [name for name in first if not name.startswith("_") and name in second]
    same = [name for name in public if first[name].__code__.co_code == second[name].__code__.co_code]
    assert len(same) < len(public) / 2
    assert [first[name].__code__.co_firstlineno for name in public] != [
        second[name].__code__.co_firstlineno for name in public
    ]


def test_every_known_change_inside_a_function_stands_in_every_disguise():
    """What a mutant's function says stands in the right API as well, in a branch that is never taken."""
    words = {
        "for name, value in zip": "math.floor(",
        "model.classes[best - 1]": " - 1]",
        '"loc": ["body"]': "'loc': ['body']",
    }
    worn = disguise(RIGHT, 7, OTHERS)
    assert all(word in worn and word not in ast.unparse(ast.parse(RIGHT)) for word in words.values())


def test_the_same_seed_makes_the_same_disguise():
    """A disguise is decided by its seed."""
    assert disguise(RIGHT, 5, OTHERS) == disguise(RIGHT, 5, OTHERS)


@pytest.mark.parametrize("mutant", EVERY, ids=str)
def test_every_mutant_is_an_api(mutant):
    """A mutant changes one place, and what comes out can still be imported and makes an app."""
    assert loaded(disguise(mutant.of(RIGHT), 3, OTHERS)).create_app().openapi()["info"]["title"] == "Iris API"


def test_mutants_are_named_once_and_explained():
    """Every mutant has a name of its own, and a clause that goes on after `it`."""
    assert len({mutant.name for mutant in EVERY}) == len(EVERY) >= 40
    assert all(re.fullmatch(r"[a-z_]{3,14}", mutant.name) for mutant in EVERY)
    assert all(mutant.wrong[0].islower() for mutant in EVERY)
    assert not any(mutant.wrong.endswith(".") for mutant in EVERY)


def test_every_exercise_has_visible_and_hidden_mutants():
    """Each exercise has at least two mutants that students see and three that they do not."""
    for exercise in {mutant.exercise for mutant in EVERY}:
        seen = sum(mutant.exercise == exercise for mutant in MUTANTS)
        assert seen >= 2
        assert sum(mutant.exercise == exercise for mutant in EVERY) - seen >= 3


def test_a_mutant_that_fits_nowhere_or_twice_is_refused():
    """What a mutant changes has to occur exactly once."""
    for old in ("no such text", "model"):
        with pytest.raises(ValueError, match="not once"):
            Mutant("m", "e", "is wrong", old, "").of(RIGHT)


TYPICAL = {name: list(mean) for name, mean in loaded(RIGHT).MEANS.items()}


@pytest.mark.parametrize("path", EQUIVALENTS, ids=lambda path: path.stem)
def test_an_equivalent_takes_whatever_the_right_api_takes(path):
    """What a test may use of the right API, it may use of every equivalent in the same way."""
    api = loaded(path.read_text(encoding="utf-8"))
    assert {name: list(mean) for name, mean in api.MEANS.items()} == TYPICAL
    assert (api.VERSION, type(api.RETRY_AFTER)) == (loaded(RIGHT).VERSION, int)
    assert vars(api.Model()).keys() >= vars(loaded(RIGHT).Model()).keys()
    for raised in (api.ModelNotLoadedError, api.ModelNotLoadedError("none"), api.ModelNotLoadedError("none", 1)):
        app = api.create_app()
        app.dependency_overrides[api.get_model] = missing(raised)
        with TestClient(app) as client:
            assert client.get("/model").headers["Retry-After"] == str(api.RETRY_AFTER)


def missing(raised):
    def get_model():
        raise raised

    return get_model


@pytest.mark.parametrize("path", [FOLDER / "iris_api.py", *EQUIVALENTS], ids=lambda path: path.stem)
def test_get_model_can_be_called_by_a_test(path):
    """An override that counts may hand on what the API's own function returns, and a model may answer with arrays."""
    api, called = loaded(path.read_text(encoding="utf-8")), []

    class Arrays(api.Model):
        def predict_proba(self, rows):
            return np.array(super().predict_proba(rows))

    def counting(request: Request):
        called.append(api.get_model(request))
        return Arrays()

    app = api.create_app()
    app.dependency_overrides[api.get_model] = counting
    with TestClient(app) as client:
        answer = client.post("/predict", json={"features": TYPICAL["virginica"]}).json()
    assert (answer["label"], [type(model) for model in called]) == ("virginica", [api.Model])
