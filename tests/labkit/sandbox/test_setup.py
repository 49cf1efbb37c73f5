"""A module started as a check wants it: what it finds, what it prints, what its models tell."""

import contextlib
import os
import textwrap
from pathlib import Path

import pytest
from support.live import until

from labkit.checks import runner
from labkit.checks.models import StandIn, missing, served, unreadable
from labkit.checks.servers import Servers
from labkit.module.source import Module
from labkit.paths import Checks
from labkit.sandbox.output import Printed
from labkit.sandbox.setup import Setup
from labkit.verdict import Outcome

pytestmark = pytest.mark.sandbox

HEAD = "import os, sys, joblib\nfrom pathlib import Path\nfrom fastapi import FastAPI\n"
AT_START = (
    "from contextlib import asynccontextmanager\nstate = {}\n@asynccontextmanager\nasync def life(app):\n"
    "    state.update(joblib.load(os.environ['MODEL_PATH']))\n    yield\napp = FastAPI(lifespan=life)\n"
)
PREDICT = "@app.get('/predict')\ndef predict():\n    return int(state['model'].predict([[1, 2, 3, 4]] * 2)[0])\n"
ROUTE = "app = FastAPI()\n@app.get('/')\ndef root():\n    "
ROW = [1.0, 2.0, 3.0, 4.0]


@pytest.fixture
def start():
    with contextlib.ExitStack() as stack:

        def servers(text, lock="rlimits"):
            module = Module("student", HEAD + textwrap.dedent(text))
            return stack.enter_context(contextlib.closing(Servers(module, lock)))

        yield servers


def test_it_finds_variables_and_files(start, tier):
    """A module finds the variables and the files of its setup, in every tier."""
    text = (
        "app = FastAPI()\nsaid = Path(os.environ['WHERE']).read_text()\n@app.get('/')\ndef root():\n    return said\n"
    )
    setup = Setup({"WHERE": "{folder}/deep/words.txt"}, {"deep/words.txt": b"hello"})
    start(text, tier.lock)(setup).api.get("/").expect(200, "hello")


def test_it_finds_no_variable_of_ours(start, monkeypatch):
    """What else is in the environment is not in that of the module."""
    monkeypatch.setenv("OURS", "secret")
    running = start(f"{ROUTE}return os.environ.get('OURS')\n")(Setup())
    running.api.get("/").expect(200, None)


def test_a_model_tells_when_it_is_loaded_and_called(start):
    """Events come in their order: what the import does, what the start does, what a request does."""
    model = StandIn(3, seed=5)
    running = start(AT_START + PREDICT)(served(model, ["a", "b", "c"]))
    assert running.events() == ["imported", "load", "started"]
    running.api.get("/predict").expect(200, model.answer(ROW)[0])
    assert running.events() == ["predict 2"]
    assert running.events() == []


def test_a_model_loaded_at_import_is_told_apart(start):
    """A model that is loaded when the module is imported has told so before `imported`."""
    running = start("import joblib\napp = FastAPI()\nmodel = joblib.load(os.environ['MODEL_PATH'])\n")(
        served(StandIn(2), ["a", "b"])
    )
    assert running.events() == ["load", "imported", "started"]


@pytest.mark.parametrize("setup", [missing("gone.joblib"), unreadable()], ids=["missing", "unreadable"])
def test_a_start_without_a_model_says_why(start, setup):
    """A module that cannot start without its model is not served, and the reason is what it raised."""
    running = start(AT_START)(setup)
    assert running.problem.startswith("The app's lifespan raised ")


def test_an_error_that_is_answered_is_told_from_one_that_is_raised(start):
    """A 503 that the app answers by itself raised nothing, an exception is named, in whatever order they come."""
    text = f"{ROUTE}raise ValueError\n@app.get('/busy', status_code=503)\ndef busy():\n    return 'busy'\n"
    api = start(text)(Setup()).api
    for _ in range(2):
        assert api.get("/busy").raised is None
        assert str(api.get("/").raised).startswith("ValueError in ")


def test_what_it_prints_is_kept_apart(start):
    """Lines of stdout and of stderr are kept apart, also those of a request; uvicorn's own are on stderr."""
    running = start(f"print('one')\n{ROUTE}print('two')\n    print('bad', file=sys.stderr)\n")(Setup(output=True))
    running.api.get("/")
    out, err = running.printed(lambda out, err: len(out) == 2 and "bad" in err)
    assert out == ["one", "two"]
    assert [line for line in err if not line.startswith("INFO: ")] == ["bad"]
    assert "INFO:     Application startup complete." in err


def test_what_was_printed_is_there_at_once():
    """Whoever asks for the lines gets all that were written before, whether or not anybody has come to read them."""
    printed = Printed()
    for number in range(100):
        os.write(printed.ends[1], b"one\n")
        assert printed.lines() == ([], ["one"] * (number + 1))
    for end in printed.ends:
        os.close(end)
    printed.close()


def test_what_it_prints_is_dropped_unless_asked_for(start):
    """Without output in its setup nothing is kept."""
    assert start("app = FastAPI()\nprint('one')\n")(Setup()).printed() == ([], [])


def test_a_flood_of_output_holds_nobody_up(start):
    """A module that prints more than is kept still answers."""
    running = start(f"{ROUTE}for _ in range(5000):\n        print('x' * 1000)\n    return 1\n")(Setup(output=True))
    running.api.get("/", seconds=300).expect(200, 1)
    assert sum(map(len, running.printed()[0])) <= 2_000_000


def test_each_setup_has_a_process_and_keeps_it(start):
    """The same setup is the same process, another setup another, and `fresh` a new one."""
    servers = start(f"{ROUTE}return os.getpid()\n")
    one, other = servers(Setup()), servers(Setup({"A": "1"}))
    assert servers(Setup()) is one
    assert servers(Setup({"A": "1"})) is other
    pids = {running.api.get("/").json for running in (one, other, servers(Setup(), fresh=True))}
    assert len(pids) == 3


def test_a_process_ends_that_nobody_has_asked(start, tmp_path):
    """Between two exercises all processes end but those that the one before has asked, and may be asked again."""
    servers = start(f"{ROUTE}return os.getpid()\n")
    kept, idle = Setup(), Setup({"A": "1"})
    begun = [servers(idle), servers(kept)]
    servers.let_go()
    replaced, again = servers(kept), servers(kept, fresh=True)
    alone = servers(Setup(shared=tmp_path))
    servers.let_go()
    assert [one.alive for one in (*begun, replaced, alone, again)] == [False, False, False, False, True]
    assert servers(kept) is again


def test_a_process_that_has_died_is_started_again(start):
    """A module whose process ended runs again when it is next asked for, and that it ended is known."""
    servers = start(f"{ROUTE}os._exit(1)\n")
    one = servers(Setup())
    with pytest.raises(AssertionError):
        one.api.get("/")
    until(lambda: not one.alive)
    assert servers.ended()
    assert servers(Setup()) is not one
    assert servers(Setup()).alive


def test_check_file_says_how_its_server_starts(tmp_path, start):
    """SERVER in a check file is how the lab's server is started, and `start` starts another."""
    file = tmp_path / "checks" / "student.py"
    file.parent.mkdir()
    file.write_text(
        "from labkit.checks.api import exercise\nfrom labkit.sandbox.setup import Setup\n"
        "SERVER = Setup({'WORD': 'one'})\n"
        "@exercise('one')\ndef test_one(api, start):\n    '''Says one.'''\n    api.get('/').expect(200, 'one')\n"
        "    start(Setup({'WORD': 'two'})).api.get('/').expect(200, 'two')\n",
        encoding="utf-8",
    )
    servers = start(f"{ROUTE}return os.environ['WORD']\n")

    def checked(run):
        server = servers(run.setup)
        return run("one", server.api, server.given, servers)

    assert [check.outcome for check in runner.with_checks(Checks(Path(file)), checked)] == [Outcome.CORRECT]


def test_stand_in_is_a_classifier():
    """A stand-in keeps scikit-learn's rules: its class is the likeliest, and its probabilities sum to 1."""
    from sklearn.utils.validation import check_is_fitted

    model = StandIn(4, features=3, seed=1)
    check_is_fitted(model)
    probabilities = model.predict_proba([[1, 2, 3], [-1, 0, 5]])
    assert probabilities.shape == (2, 4)
    assert probabilities.sum(axis=1) == pytest.approx([1, 1])
    assert list(model.predict([[1, 2, 3]])) == [model.answer([1, 2, 3])[0]] == [probabilities[0].argmax()]
    assert model.answer([1, 2, 3]) != model.answer([3, 2, 1])
