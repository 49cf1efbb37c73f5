"""A lab, opened: sections are written, served and checked."""

import signal
import threading

import pytest
from support.live import BEGUN, hurry, refused, until

import labkit
from autograder.authoring import stubs
from labkit import sections
from labkit.checks.api import Api
from labkit.environment import ROOT
from labkit.notebook import lab as labs
from labkit.verdict import Outcome

READ = '@app.get("/")\n{how} read_root():\n    {body}\n'
SOLVED = READ.format(how="def", body='return {"message": "Hello World"}')
STUB = stubs.strip(sections.parse((ROOT / "solutions" / "lab01_hello.py").read_text(encoding="utf-8"))[1].source)


@pytest.fixture
def fresh(lab, monkeypatch):
    """Open the lab again as a new kernel would."""
    opened = []

    def fresh():
        lab.server.stop()
        monkeypatch.setattr(labs, "_opened", {})
        opened.append(labkit.open("lab01_hello"))
        return opened[-1]

    yield fresh
    for other in opened:
        other.server.stop()


def test_a_lab_nobody_has_begun_says_how_to_begin(opened, workbook):
    """Before the first section the server says what is missing, and every exercise is not checked yet."""
    assert "lab01_hello.py is not written yet: run the first %%section cell" in str(opened)
    assert str(opened).count("not checked yet") == 6
    assert opened.judge("root").outcome is Outcome.NOT_ATTEMPTED
    assert not (workbook / "labs").exists()


def test_a_section_is_written_served_and_checked(lab, workbook):
    """A section stands in the module under its mark, the server runs it, its check passes, and the progress says so."""
    assert lab.write("root", SOLVED) == f"root is in labs/lab01_hello.py\nserver    serving on {lab.server.url}"
    assert f"# %% root\n{SOLVED}" in (workbook / "labs" / "lab01_hello.py").read_text()
    assert lab.client.get("/").json() == {"message": "Hello World"}
    assert str(lab.check("root")).startswith("✓ root: correct, 1 of 1 point\n")
    assert "root               ✓ correct            1 of 1" in str(lab.progress())
    assert "1 of 12 points" in lab._repr_mimebundle_()["text/html"]


def test_a_second_solution_comes_with_a_correct_verdict(lab):
    """Who has solved an exercise can unfold other words for it below the verdict; before, nothing shows them."""
    lab.write("root", READ.format(how="def", body='return "hi"'))
    shown = lab.check("root")
    assert "A second solution" not in f"{shown}{shown.html()}"
    lab.write("root", SOLVED)
    shown = lab.check("root")
    assert "class Greeting(BaseModel):" in str(shown)
    _, _, folded = shown.html().partition("<details ")
    assert "class Greeting(BaseModel):" in folded


def test_a_verdict_goes_from_not_attempted_to_correct(lab):
    """The stub is not attempted, a mistake is incorrect, code that raises says where, the solution is correct."""
    outcomes = []
    for source in (STUB, READ.format(how="def", body='return "hi"'), READ.format(how="def", body="1 / 0"), SOLVED):
        lab.write("root", source)
        outcomes.append(lab.judge("root"))
    wanted = ["not_attempted", "incorrect", "error", "correct"]
    assert [verdict.outcome for verdict in outcomes] == wanted, "\n".join(map(str, outcomes))
    where = "in line 4 of the cell root, labs/lab01_hello.py:11"
    assert f"got       500 (ZeroDivisionError: division by zero, {where})" in str(outcomes[2])


def test_a_section_that_does_not_parse_costs_itself(lab):
    """A broken section is reported with its cell's line, and the others are still served and checked."""
    lab.write("root", SOLVED)
    said = lab.write("path_parameter", "def broken(:\n    pass\n")
    assert "path_parameter is in labs/lab01_hello.py, but left out of the server" in said
    assert "SyntaxError: invalid syntax (line 2 of the cell path_parameter, labs/lab01_hello.py:14)" in said
    assert "serving on" in said
    assert "left out  path_parameter" in lab.write("root", SOLVED)
    assert lab.judge("root").outcome is Outcome.CORRECT
    verdict = lab.judge("path_parameter")
    assert (verdict.outcome, verdict.points) == (Outcome.ERROR, 0)
    assert "line 2 of the cell path_parameter" in str(verdict)


AROUND = """
@app.middleware("http")
async def around(request, call_next):
    response = await call_next(request)
    response.headers["X-Number"] = {value}
    return response
"""


def test_middleware_that_hides_everything_is_mended_first(lab):
    """Who is hidden by another section's middleware reads that alone stands in the way; so does the progress say."""
    lab.write("root", SOLVED)
    lab.write("path_parameter", AROUND.format(value=7))
    said = str(lab.check("root"))
    assert "Without path_parameter this would be correct" in said
    assert "0 of 1 point" in said
    assert "the middleware in path_parameter, line 5, stands before every route: mend it first" in said
    assert "mend path_parameter first: root cannot pass before" in str(lab.progress())
    lab.write("path_parameter", AROUND.format(value="'7'"))
    assert "changed since" in str(lab.progress())
    assert "cannot pass before" not in str(lab.progress())


@pytest.mark.parametrize("how", ["def", "async def"])
@pytest.mark.parametrize("body", ["while True: pass", "import time; time.sleep(5)"])
def test_code_that_does_not_come_back_costs_one_check(lab, how, body, monkeypatch):
    """An endpoint that loops or sleeps is timed out, and the next check is answered."""
    url = lab.server.url
    lab.write(
        "path_parameter", '@app.get("/items/{item_id}")\ndef read(item_id: int):\n    return {"item_id": item_id}\n'
    )
    lab.write("root", READ.format(how=how, body=body))
    with hurry(lab.server):
        with monkeypatch.context() as impatient:
            impatient.setitem(Api.request.__kwdefaults__, "seconds", 0.5)
            assert lab.judge("root").outcome is Outcome.TIMEOUT
        assert lab.judge("path_parameter").outcome is Outcome.CORRECT
        assert f"serving on {url}" in lab.write("root", SOLVED)
    assert lab.judge("root").outcome is Outcome.CORRECT
    assert lab.server.url == url


@pytest.mark.parametrize("place", ["import", "lifespan", "check"])
def test_an_interrupt_leaves_the_lab_usable(lab, place):
    """Ctrl+C while a section is imported, an app starts or a check runs raises, and the next section is served."""
    begun = "import anyio, time; from support import live; live.BEGUN.set()"
    life = f"async def life(app):\n    {begun}; await anyio.sleep(30)\n    yield\n"
    sources = {
        "import": f"{begun}\nwhile True: time.sleep(0.01)\n",
        "lifespan": f"{life}app = FastAPI(lifespan=life)\n",
        "check": READ.format(how="async def", body=f"{begun}; await anyio.sleep(30)"),
    }

    def interrupt():
        if BEGUN.wait(300):
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    BEGUN.clear()
    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012 (where it comes from depends on the place)
        lab.write("root", sources[place])
        lab.check("root")
    if place != "check":
        assert "interrupted" in str(lab.server)
        assert lab.judge("root").outcome is Outcome.ERROR
    assert "serving on" in lab.write("root", SOLVED)
    assert lab.judge("root").outcome is Outcome.CORRECT


def test_the_port_is_remembered_and_given_back(lab, fresh):
    """A new kernel serves on the same port; after stop nothing listens there."""
    port = lab.server.port
    again = fresh()
    assert again.server.running
    assert again.server.port == port
    again.server.stop()
    assert refused(port)


def test_a_stopped_server_is_started_again(lab):
    """lab.server.start() serves again, and so does a check; lab.client follows."""
    lab.write("root", SOLVED)
    lab.server.stop()
    assert repr(lab.server.start()).startswith("serving on")
    assert lab.client.get("/").status_code == 200
    lab.server.stop()
    assert lab.judge("root").outcome is Outcome.CORRECT


def test_opening_a_lab_again_is_the_same_lab(lab):
    """Running the first cell again keeps the server and its port."""
    url = lab.server.url
    assert labkit.open("lab01_hello") is lab
    assert lab.server.url == url
    assert lab.server.running


def test_an_unknown_lab_and_exercise_name_those_there_are(lab):
    """A typing error in a name is answered with the names there are."""
    with pytest.raises(KeyError, match="There are: lab01_hello"):
        labkit.open("lab1")
    with pytest.raises(KeyError, match="It has: root, path_parameter"):
        lab.check("rot")


def test_hints_go_from_vague_to_concrete_and_begin_again(lab, fresh):
    """Each call gives the next hint, also in a new kernel; after the last comes the first."""
    hints = [str(lab.hint("root")) for _ in range(2)]
    assert [hint[:11] for hint in hints] == ["hint 1 of 2", "hint 2 of 2"]
    assert str(fresh().hint("root")) == hints[0]


def test_what_a_module_prints_when_imported_is_in_the_log(lab, capsys):
    """A print at the top level goes to the log, and the report says so; so does what a thread of the module prints."""
    source = "import threading, time\ndef talk():\n    while True: print('thread'); time.sleep(0.01)\n"
    said = lab.write("root", f"{source}print('imported')\nthreading.Thread(target=talk, name='talker').start()\n")
    assert "in lab.server.log()" in said
    until(lambda: "thread" in str(lab.server.log))
    assert "imported" in str(lab.server.log)
    lab.write("root", SOLVED)
    until(lambda: not [thread for thread in threading.enumerate() if thread.name == "talker"])
    assert capsys.readouterr().out == ""


def test_two_apps_are_said(lab):
    """A section that makes the app anew is told that only the last one is served."""
    assert "note      app is made in setup and root: only the last one is served" in lab.write(
        "root", "app = FastAPI()\n"
    )
