"""`%%section`, as it is written and as a notebook runs it."""

import pytest
from support.kernels import OPEN, running

from labkit.notebook.magic import _uncovered
from labkit.sections import BadMagic, parse_line

SETUP = "%%section setup\nfrom fastapi import FastAPI\napp = FastAPI()\nITEMS = [{'item_name': 'lamp'}]"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("root", ("root", None)),
        ("  root  ", ("root", None)),
        ("root --before setup", ("root", "setup")),
        ("--before setup root", ("root", "setup")),
        ("root --before=setup", ("root", "setup")),
        ("'root'", ("root", None)),
    ],
)
def test_a_name_and_a_place_are_understood_in_any_order(line, wanted):
    """The magic takes a name, and --before with another, in any order."""
    assert parse_line(line) == wanted


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", "required: name"),
        ("root path", "unrecognized arguments: path"),
        ("root --before", "expected one argument"),
        ("root --bef setup", "unrecognized arguments: --bef setup"),
        ("root --after setup", "unrecognized arguments: --after setup"),
        ("root --before a --before b", "--before stands there twice"),
        ("root 'x", "No closing quotation"),
        ("--help", "unrecognized arguments|required: name"),
    ],
)
def test_a_line_that_makes_no_sense_says_how_it_is_written(line, problem):
    """A line without name, with more than a name, or with half an option says what is wrong and what is right."""
    with pytest.raises(
        BadMagic, match=rf"({problem})(.|\n)*write     %%section NAME, or %%section NAME --before OTHER"
    ):
        parse_line(line)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """One kernel for all tests of the magic, with the lab opened and its first section written."""
    with running(tmp_path_factory.mktemp("magic")) as kernel:
        early = kernel.run(SETUP)
        assert "UsageError" in early.stderr + early.text
        assert kernel.run(OPEN).error == ""
        assert "serving on" in kernel.run(SETUP).text
        yield kernel


def test_a_section_cell_does_not_run_in_the_notebook(kernel):
    """A section's names are in the module, not in the notebook; the cell shows where it went, as text and as HTML."""
    cell = kernel.run("%%section root\n@app.get('/')\ndef hidden_name():\n    return {'message': 'Hello World'}")
    assert "root is in labs/lab01_hello.py" in cell.shown[0]["text/plain"]
    assert "serving on" in cell.shown[0]["text/html"]
    assert "NameError" in kernel.run("hidden_name").error
    assert kernel.run("lab.client.get('/').json()").results == ["{'message': 'Hello World'}"]


def test_a_check_is_shown_as_text_and_as_html(kernel):
    """The verdict has both forms, and nothing else stands in the cell."""
    kernel.run("%%section root\n@app.get('/')\ndef read_root():\n    return {'message': 'Hello World'}")
    cell = kernel.run('lab.check("root")')
    assert cell.results[0].startswith("✓ root: correct, 1 of 1 point")
    assert (cell.stdout, cell.stderr) == ("", "")


@pytest.mark.parametrize(
    ("magic", "said"),
    [
        ("%%section rot", "this lab has no section rot\nit has    setup, root, path_parameter"),
        ("%%section", "write     %%section NAME"),
        ("%%section root --before rot", "this lab has no section rot"),
        ("%%section root --before root", "a section cannot stand before itself"),
        ("%%section root --before", "expected one argument"),
    ],
)
def test_a_wrong_magic_writes_nothing_and_says_what_is_right(kernel, magic, said):
    """A wrong name or option is answered with what there is; the module stays as it was."""
    before = kernel.run("lab.draft.text").results
    cell = kernel.run(f"{magic}\nx = 1")
    assert said in cell.text
    assert "nothing was written: the module stays as it was" in cell.text
    assert cell.error == ""
    assert kernel.run("lab.draft.text").results == before


def test_a_cell_is_one_section(kernel):
    """A cell that brings a section mark of its own is refused, with the line to remove."""
    assert "remove the line `# %% setup`" in kernel.run("%%section root\nx = 1\n# %% setup\ny = 2").text


@pytest.mark.parametrize(
    "source", ["word = 'Grüße'\r\nx = 1\r\n", "\ufeffword = 'Grüße'", "if True:\n\tword = 'Grüße'"]
)
def test_what_other_editors_write_is_taken(kernel, source):
    """Windows line ends, a BOM, tabs and letters that are not ASCII reach the module, and it is served."""
    assert "server    serving on" in kernel.run(f"%%section documentation\n{source}").text
    assert "Grüße" in kernel.run("print(lab.draft.text)").stdout
    assert kernel.run("lab.left_out").results == ["{}"]


def test_an_edit_is_offered_as_a_new_cell(kernel):
    """lab.adopt puts the section as it stands in the file into a new cell below."""
    kernel.run("%%section root --before documentation\n@app.get('/')\ndef read_root():\n    return 1")
    kernel.run("p = lab.draft.path; _ = p.write_text(p.read_text().replace('return 1', 'return 2'))")
    assert "was edited outside the notebook (root)" in kernel.run('lab.check("root")').text
    cell = kernel.run('lab.adopt("root")')
    assert cell.next_cell.startswith("%%section root --before documentation\n@app.get('/')")
    assert "return 2" in cell.next_cell
    assert "return 2" not in cell.text


def test_what_the_server_prints_is_not_in_the_cell(kernel):
    """What endpoints, threads and warnings of the module write is in lab.server.log(), never in the cell that runs."""
    kernel.run(
        "%%section root\nimport logging, sys, threading, time, warnings\n"
        "def talk():\n    while True:\n        print('thread out'); print('thread err', file=sys.stderr)\n"
        "        time.sleep(0.02)\n"
        "threading.Thread(target=talk).start()\n"
        "@app.get('/')\ndef read_root():\n    print('endpoint out')\n    logging.error('logged')\n"
        "    warnings.warn('warned')\n    return {'message': 'Hello World'}"
    )
    cell = kernel.run("import time\ntime.sleep(0.2)\nprint(lab.client.get('/').json())\nlab.check('root')")
    assert cell.stdout == "{'message': 'Hello World'}\n"
    assert cell.stderr == ""
    log = kernel.run("print(lab.server.log)").stdout  # all of it: the thread goes on talking
    assert all(word in log for word in ("thread out", "thread err", "endpoint out", "logged", "warned"))
    kernel.run("%%section root\nx = 1")


def test_the_server_is_easy_to_stop_and_start(kernel):
    """lab.server.stop(), start() and restart() each show what the server does now."""
    assert kernel.run("lab.server.stop()").results == [
        "not serving: it was stopped: lab.server.start() starts it again"
    ]
    assert kernel.run("lab.server.start()").results[0].startswith("serving on http://127.0.0.1:")
    assert kernel.run("lab.server.restart()").results[0].startswith("serving on http://127.0.0.1:")


@pytest.mark.parametrize(
    ("above", "kept"), [("# my answer\n", False), ("\n# one\n\n# two\n", False), ("x = 1\n", True), ("", True)]
)
def test_comments_may_stand_above_the_magic(above, kept):
    """Comments and empty lines above `%%section` are passed over, as the grader passes over them; code is not."""
    lines = f"{above}%%section root\nx = 2\n".splitlines(keepends=True)
    assert _uncovered(lines) == (lines if kept else ["%%section root\n", "x = 2\n"])


def test_a_cell_with_a_comment_above_the_magic_writes_its_section(kernel):
    """In a notebook such a cell writes its section like any other."""
    cell = f"# my answer\n{SETUP}"
    assert "setup" in str(kernel.run(cell))
