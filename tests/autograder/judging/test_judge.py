"""The judge, on modules that misbehave while they are loaded, served or asked."""

import secrets
import tempfile
from pathlib import Path

import psutil
import pytest
from support.classroom import LAB, ROOT
from support.hostile_class import judged_soon
from support.live import until

from autograder.authoring import stubs
from autograder.judging import judge as judging
from autograder.judging.judge import judge
from autograder.judging.tiers import TIERS, probe
from autograder.submissions import submission
from labkit import sections
from labkit.sandbox.limits import Limits
from labkit.verdict import Outcome

pytestmark = pytest.mark.sandbox

SOLUTION = stubs.unmarked((ROOT / "solutions" / f"{LAB}.py").read_text(encoding="utf-8"))
EXERCISES = ["root", "path_parameter", "query_parameters", "optional_query", "route_order", "documentation"]
ROUTE = '@app.get("/")\n{kind} read_root():\n    """Greet."""\n'
GREETS = ROUTE.format(kind="def") + '    return {"message": "Hello World"}'
LIFESPAN = (
    "import time\nfrom contextlib import asynccontextmanager\nfrom fastapi import FastAPI\n@asynccontextmanager\n"
    "async def life(app):\n    {code}\n    yield\napp = FastAPI(lifespan=life)"
)

STARTING = LIFESPAN.replace("app = FastAPI(lifespan=life)", "app.router.lifespan_context = life")
SHORT = Limits(load=1.0, start=6.0)
"""Short limits, so that a test of a limit takes seconds."""


def written(**replaced):
    """The solution with some sections written otherwise."""
    parts = [
        sections.Section(section.name, sections.normalise(replaced.get(section.name, section.source)), section.before)
        for section in sections.parse(SOLUTION)
    ]
    return sections.render(parts, "Hello World API")


def judged(text):
    lab = submission.course().lab(LAB)
    return judge(submission.module(text, lab, Path(f"{LAB}.py")))


def outcomes(result):
    return {verdict.exercise: verdict.outcome.value for verdict in result.verdicts}


def only_root(outcome):
    return {name: outcome if name == "root" else "correct" for name in EXERCISES}


def processes(place):
    """Every process whose current folder is below a place, or was before that was removed."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if str(place) in str((entry / "cwd").readlink()):
                found.append(entry.name)
        except OSError:
            continue
    return found


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path, monkeypatch):
    """Whatever a module does, no process and no file of it is left."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    assert list(tmp_path.iterdir()) == []
    if Path("/proc").is_dir():
        until(lambda: processes(tmp_path) == [])


def test_solution_earns_full_marks():
    """The reference module earns all points, and the result says in which tier it ran."""
    result = judged(SOLUTION)
    assert result.score == result.max_score == 12
    assert result.sandbox in {tier.name for tier in TIERS}
    assert result.incidents == ()


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("def|    import os\n    os._exit(0)", "incorrect"),
        ("def|    import os, signal\n    os.kill(os.getppid(), signal.SIGKILL)\n    os._exit(1)", "incorrect"),
        ("def|    import os, signal\n    os.killpg(0, signal.SIGKILL)", "incorrect"),
        ("async def|    while True:\n        pass", "timeout"),
        ("def|    import time\n    time.sleep(3600)", "timeout"),
        ("def|    input()", "error"),
        ("def|    return 1 / 0", "error"),
    ],
)
def test_misbehaving_endpoint_costs_its_own_exercise(body, outcome):
    """An endpoint that exits, hangs or raises costs its exercise and no other."""
    kind, _, code = body.partition("|")
    result = judged_soon(written(root=ROUTE.format(kind=kind) + code), probe(), SHORT)
    assert outcomes(result) == only_root(outcome)


@pytest.mark.parametrize(
    "code",
    [
        "while True:\n    pass",
        "import time\ntime.sleep(3600)",
        "input()",
        "import sys\nsys.exit()",
        "import uvicorn\nuvicorn.run(app)",
        "import os\nos._exit(0)",
        "raise ValueError",
        "def broken(:",
        STARTING.format(code="raise OSError('no database')"),
        STARTING.format(code="time.sleep(3600)"),
    ],
)
def test_misbehaving_section_costs_its_own_exercise(code):
    """A section that hangs, exits or raises, when it is imported or the app starts, is left out; the rest is served."""
    result = judged_soon(written(root=code), probe(), SHORT)
    assert outcomes(result) == only_root("error")


@pytest.mark.parametrize(
    ("setup", "reason"),
    [
        ("import os\nos._exit(0)", "process ended"),
        ("app = None", "no app"),
        ("app = 42", "is a int"),
        ("items = []", "no app"),
        (LIFESPAN.format(code="raise OSError('no database')"), "no database"),
        (LIFESPAN.format(code="time.sleep(3600)"), "did not start"),
        ("import signal\nsignal.setitimer(signal.ITIMER_REAL, 0)\nwhile True:\n    pass", "did not start"),
    ],
)
def test_module_that_cannot_be_served(setup, reason):
    """Where nothing can be served every exercise says why, and untouched stubs are still not attempted."""
    stub = stubs.strip(
        next(s.source for s in sections.parse((ROOT / "solutions" / f"{LAB}.py").read_text()) if s.name == "root")
    )
    result = judged_soon(written(setup=setup, root=stub), probe(), SHORT)
    assert result.score == 0
    verdict = result.verdicts[1]
    assert result.verdicts[0].outcome is Outcome.NOT_ATTEMPTED
    assert reason in verdict.problem
    assert all(reason in check.message for check in verdict.checks)


def test_orphan_is_found():
    """A process that has left its group and session, and cleared its environment, is ended as well."""
    word = secrets.token_hex(8)
    code = (
        "import os, sys\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        os.execve(sys.executable, ['python', '-c', 'import time; time.sleep(3600)',"
        f" '{word}'], {{}})\n    os._exit(0)\n"
    )
    assert judged(written(root=code + GREETS)).score == 12
    assert not [one for one in psutil.process_iter(["cmdline"]) if word in (one.info["cmdline"] or [])]


def test_server_sees_nothing_of_ours(monkeypatch):
    """The environment of the grader, its folder and its arguments are not the student's to read."""
    monkeypatch.setenv("GRADER_SECRET", "1")
    code = (
        "import os, sys\n"
        f"if 'GRADER_SECRET' in os.environ or os.getcwd() == {str(Path.cwd())!r} or 'autograder' in str(sys.argv):\n"
        "    raise ValueError\n"
    )
    assert judged(written(root=code + GREETS)).score == 12


@pytest.mark.parametrize("content", ["[" * 50_000, '{"given": 7, "left_out": {"root": 3}}', "x" * 2_000_000, "\0"])
def test_forged_report_earns_nothing(content):
    """What the process writes about itself is never a score; a report of the wrong shape is no report."""
    code = f"import pathlib\npathlib.Path('report.json').write_text({content!r})\n"
    result = judged(written(setup=code, root=code))
    assert result.score == 0


def test_message_names_the_line_and_is_printable():
    """What the code raised is told with the line of the student's module, not with a path of the grader's machine."""
    code = ROUTE.format(kind="def") + "    raise type('\\x1b[31m' + 'E' * 900, (Exception,), {})"
    message = judged(written(root=code)).verdicts[0].checks[0].message
    assert message.isprintable() or message.replace("\n", "").isprintable()
    assert len(message) < 1000
    assert str(ROOT) not in message
    code = ROUTE.format(kind="def") + "    return 1 / 0"
    assert f"the cell root, labs/{LAB}.py:" in judged(written(root=code)).verdicts[0].checks[0].message


def test_checker_that_fails_is_not_the_students_fault(monkeypatch, tmp_path_factory):
    """A check that fails by itself is left out of the count, and named."""
    broken = tmp_path_factory.mktemp("checks") / "checks.py"
    good = (ROOT / "autograder" / "checks" / f"{LAB}.py").read_text(encoding="utf-8")
    broken.write_text(
        f"{good}\n\n@exercise('root')\ndef test_broken(api):\n    raise KeyError('ours')\n", encoding="utf-8"
    )
    monkeypatch.setattr(judging, "checks", lambda lab: judging.Checks(broken))
    result = judged(SOLUTION)
    assert result.verdicts[0].outcome is Outcome.CHECKER_ERROR
    assert result.verdicts[0].points == 1
    assert result.incidents == ()


def test_check_that_fails_on_one_module_alone_is_held(monkeypatch, tmp_path_factory):
    """A check that fails by itself on what one server sends earns nothing, whatever else passes, and asks for a human.

    Else whoever finds a way to break a check would be paid for it.
    """
    odd = tmp_path_factory.mktemp("checks") / "checks.py"
    good = (ROOT / "autograder" / "checks" / f"{LAB}.py").read_text(encoding="utf-8")
    raising = "    if api.get('/odd').status == 200:\n        raise KeyError('sent')\n"
    odd.write_text(f"{good}\n\n@exercise('root')\ndef test_odd(api):\n{raising}", encoding="utf-8")
    monkeypatch.setattr(judging, "checks", lambda lab: judging.Checks(odd))
    result = judged(SOLUTION + '\n\n@app.get(\'/odd\')\ndef odd():\n    """Odd."""\n')
    verdict = result.verdicts[0]
    assert (verdict.outcome, verdict.points, result.score) == (Outcome.HELD, 0, 11)
    assert "root is held back: test_odd" in result.incidents[0]
    assert "to be marked by hand, 0 of 1 point" in str(verdict)
    assert judged(SOLUTION).score == 12
