"""Checks are run with pytest in this process, whatever they do."""

import ast
import contextlib
import signal
import threading
import time

import httpx
import pytest

from labkit.checks import runner
from labkit.checks.api import Api
from labkit.checks.runner import Reading
from labkit.http.client import connect
from labkit.module.deadline import deadline
from labkit.paths import Checks
from labkit.verdict import SKIPPED, Outcome

HEAD = "import time, pytest\nfrom labkit.checks.api import Mismatch, Overdue, Raised, exercise\n"
TWO = "@exercise('two')"
CORRECT, INCORRECT, NOT_ATTEMPTED, ERROR, TIMEOUT, HELD, BROKEN = Outcome


@pytest.fixture
def check(tmp_path):
    """Run the checks of exercise `one` from a text, and from one that is hidden."""

    def run(visible, hidden=None, given=None, **options):
        folders = [tmp_path / "checks", tmp_path / "hidden"]
        for folder, text in zip(folders, (visible, hidden), strict=True):
            folder.mkdir(exist_ok=True)
            (folder / "lab01.py").write_text(HEAD + (text or ""), encoding="utf-8")
        api = Api(connect("http://test", httpx.MockTransport(lambda request: httpx.Response(200, json={}))))
        checks = Checks(folders[0] / "lab01.py", folders[1] / "lab01.py" if hidden else None)
        return runner.run(checks, "one", api, given or {}, **options)

    return run


def written(body, name="test_it", decorator="@exercise('one')"):
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"{decorator}\ndef {name}(api, given):\n    '''A sentence.\n\n    More.\n    '''\n{lines}"


def test_checks_are_read_whatever_the_server_reads_meanwhile(check, monkeypatch):
    """No syntax tree is made of them: up to Python 3.11.7 two threads may not make one at once (see labkit.syntax)."""
    monkeypatch.setattr(ast, "parse", lambda *_, **__: pytest.fail("a tree was made"))
    assert [result.outcome for result in check(written("api.get('/')"), written("api.get('/')"))] == [CORRECT] * 2


@pytest.mark.parametrize(
    ("body", "outcome", "message"),
    [
        ("api.get('/').expect(200, {})", CORRECT, ""),
        ("api.get('/').expect(404)", INCORRECT, "GET /\nexpected  404\ngot       200 {}"),
        ("raise Raised('GET /', 'a', 'b')", ERROR, "GET /\nexpected  a\ngot       b"),
        ("raise Overdue('GET /', 'a', 'b')", TIMEOUT, "GET /\nexpected  a\ngot       b"),
        ("time.sleep(30)", TIMEOUT, "the check took longer than 0.2 s"),
        ("while True: pass", TIMEOUT, "the check took longer than 0.2 s"),
        ("assert 1 == 2", HELD, "AssertionError"),
        ("1 / 0", HELD, "ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", HELD, "SystemExit: 3"),
        ("pytest.skip('no')", HELD, "Skipped: no"),
        ("pytest.fail('a\\n' * 50)", HELD, "Failed: a a"),
    ],
)
def test_what_happens_in_a_check_is_its_outcome(check, body, outcome, message):
    """A mismatch is the student's; an assertion, an exception, an exit and a skip are the checker's own failure."""
    (result,) = check(written(body), **({"seconds": 0.2} if outcome is TIMEOUT else {}))
    assert (result.outcome, result.name, result.title) == (outcome, "test_it", "A sentence")
    assert result.message.startswith(message)
    assert len(result.message.splitlines()) <= 4


def test_only_the_checks_of_the_exercise_are_run(check):
    """Checks of other exercises, and functions that belong to none, are not run; the order is that of the file."""
    results = check(
        written("pass", "test_b")
        + written("1 / 0", "test_other", "@exercise('two')")
        + written("1 / 0", "test_none", "")
        + written("pass", "test_a", "@exercise('two', 'one')")
    )
    assert [result.name for result in results] == ["test_b", "test_a"]


def test_hidden_checks_come_last_and_are_marked(check):
    """A hidden file's checks follow the visible ones, even under the same name."""
    results = check(written("pass"), written("raise Mismatch('a', 'b', 'c')"))
    assert [(result.hidden, result.outcome) for result in results] == [(False, CORRECT), (True, INCORRECT)]


@pytest.mark.parametrize("decorator", ["@exercise('one')", "@pytest.mark.weightless\n@exercise('one')"])
def test_once_the_first_check_has_failed_the_others_are_not_run(check, tmp_path, decorator):
    """Behind a first check that failed the others, visible and hidden, are skipped with the reason."""
    ran = tmp_path / "ran"
    leaves_a_trace = f"open({str(ran)!r}, 'w')"
    first = written("raise Mismatch('a', 'b', 'c')", "test_first", decorator)
    results = check(first + written(leaves_a_trace), written(leaves_a_trace))
    assert [result.outcome for result in results] == [INCORRECT, NOT_ATTEMPTED, NOT_ATTEMPTED]
    assert [(result.message, result.title, result.hidden) for result in results[1:]] == [
        (SKIPPED, "A sentence", False),
        (SKIPPED, "A sentence", True),
    ]
    assert not ran.exists()


def test_a_check_that_fails_by_itself_is_no_first_one(check):
    """What the checker broke is left out of the count: the first of the others is the one that has to pass."""
    wrong = "raise Mismatch('a', 'b', 'c')"
    bodies = {"test_ours": "1 / 0", "test_first": wrong, "test_more": "pass"}
    results = check("".join(written(body, name) for name, body in bodies.items()))
    assert [result.outcome for result in results] == [HELD, INCORRECT, NOT_ATTEMPTED]


def test_exercises_behind_one_that_was_cut_short_run_with_their_own_fixtures(tmp_path):
    """Nothing that was set up for a check that failed first is left for an exercise of another file."""
    files = [tmp_path / folder / "lab.py" for folder in ("checks", "hidden")]
    texts = [written("raise Mismatch('a', 'b', 'c')") + written("pass", "test_more"), written("pass", "test_it", TWO)]
    for file, text in zip(files, texts, strict=True):
        file.parent.mkdir()
        file.write_text(HEAD + text, encoding="utf-8")
    with contextlib.closing(Reading(Checks(*files))) as reading:
        outcomes = [[r.outcome for r in reading.run(name, Api(httpx.Client()), {})] for name in ("one", "two", "one")]
    assert outcomes == [[INCORRECT, NOT_ATTEMPTED], [CORRECT], [INCORRECT, NOT_ATTEMPTED]]


def test_a_fixture_that_fails_is_the_checks_outcome(check):
    """A mismatch in a fixture is the student's, and a fixture that hangs is timed out."""
    fixture = "@pytest.fixture\ndef given():\n    {}\n"
    assert check(fixture.format("raise Mismatch('a', 'b', 'c')") + written("pass"))[0].outcome is INCORRECT
    assert check(fixture.format("time.sleep(30)") + written("pass"), seconds=0.2)[0].outcome is TIMEOUT


@pytest.mark.parametrize("text", ["def (", "import nowhere", "1 / 0"])
def test_a_check_file_that_cannot_be_read_is_the_checkers_failure(check, text):
    """A check file that does not load is one failure of the checker; a hidden one says nothing of what is in it."""
    (result,) = check(text)
    assert (result.outcome, result.hidden) == (BROKEN, False)
    visible, hidden = sorted(check(written("pass"), f"secret = 1\n{text}"), key=lambda result: result.hidden)
    assert (visible.outcome, hidden.outcome, hidden.hidden) == (CORRECT, BROKEN, True)
    assert hidden.message == "its check file cannot be read"


def test_a_run_that_ends_by_itself_is_the_checkers_failure(check, tmp_path):
    """A check file that exits, or that is not there, is a failure of the checker and no interrupt."""
    assert check("raise SystemExit")[0].outcome is BROKEN
    nowhere = Checks(tmp_path / "checks" / "nowhere.py")
    assert runner.run(nowhere, "one", Api(httpx.Client()), {})[0].outcome is BROKEN


def test_an_exercise_without_checks_has_no_results(check):
    """Where no check belongs to the exercise there is no result."""
    assert check("") == []


def test_a_given_value_reaches_the_check(check):
    """What the module gives is a fixture."""
    assert check(written("assert given == {'a': 1}"), given={"a": 1})[0].outcome is CORRECT


def test_a_changed_check_file_is_read_anew(check):
    """Each run reads the file as it is now."""
    assert check(written("pass"))[0].outcome is CORRECT
    assert check(written("raise Mismatch('a', 'b', 'c')  # longer"))[0].outcome is INCORRECT


def test_configuration_and_plugins_around_do_not_matter(check, tmp_path, monkeypatch):
    """A pytest.ini, a conftest.py and PYTEST_ADDOPTS of the folder are not read."""
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --nonsense\n")
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "conftest.py").write_text("1 / 0")
    monkeypatch.chdir(tmp_path)
    assert check(written("pass"))[0].outcome is CORRECT
    monkeypatch.setenv("PYTEST_ADDOPTS", "--nonsense")
    assert check(written("pass"))[0].outcome is CORRECT


def test_nothing_is_printed(check, capfd):
    """Running checks, failing ones too, prints nothing."""
    check(written("api.get('/').expect(404)") + written("1 / 0", "test_b"))
    assert capfd.readouterr() == ("", "")


def test_an_interrupt_ends_the_run_and_the_next_one_works(check):
    """Ctrl+C in a check is an interrupt, after which checks can be run again."""
    with pytest.raises(KeyboardInterrupt):
        check(written("import signal; signal.raise_signal(signal.SIGINT)"))
    assert check(written("pass"))[0].outcome is CORRECT


def test_a_deadline_gives_the_timer_back(monkeypatch):
    """A timer that was running before a deadline goes on after it, and its handler is the one to be called."""
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    left, interval = signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with deadline(5, "never"):
            pass
        end = time.monotonic() + 10
        while not rung and time.monotonic() < end:
            time.sleep(0.01)
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left, interval)
    assert rung == [1]


def test_a_deadline_outside_the_main_thread_lets_the_code_run():
    """Where there is no signal to be had the code runs without a deadline."""
    ran = []

    def run():
        with deadline(5, "never"):
            ran.append(1)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert ran == [1]


def test_interrupt_while_the_checks_are_read_is_passed_on(tmp_path):
    """Ctrl+C before any check runs ends the run, as it does while one runs."""
    file = tmp_path / "checks" / "lab.py"
    file.parent.mkdir()
    file.write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        runner.run(Checks(file), "one", Api(httpx.Client()), {})


def test_checks_that_were_read_once_run_often(tmp_path):
    """Checks that are kept run for one submission after the other, each time with its server and with new fixtures."""
    file = tmp_path / "checks" / "lab.py"
    file.parent.mkdir()
    fixture = "made = []\n@pytest.fixture(scope='module')\ndef number():\n    made.append(1)\n    return len(made)\n"
    check = written("raise Mismatch('a', given['said'], str(number))").replace("given)", "given, number)")
    file.write_text(HEAD + fixture + check, encoding="utf-8")
    with contextlib.closing(Reading(Checks(file))) as reading:
        said = [reading.run("one", Api(httpx.Client()), {"said": word})[0].message for word in ("b", "c")]
    assert said == ["a\nexpected  b\ngot       1", "a\nexpected  c\ngot       2"]


def test_checks_of_two_labs_are_kept_apart(tmp_path):
    """Two files of the same name, read at the same time, each run their own checks."""
    readings = []
    for place, text in (("x", written("pass")), ("y", written("raise Mismatch('a', 'b', 'c')"))):
        file = tmp_path / place / "checks" / "lab.py"
        file.parent.mkdir(parents=True)
        file.write_text(HEAD + text, encoding="utf-8")
        readings.append(Reading(Checks(file)))
    found = [reading.run("one", Api(httpx.Client()), {})[0].outcome for reading in (*readings, *readings)]
    for reading in readings:
        reading.close()
    assert found == [CORRECT, INCORRECT] * 2
