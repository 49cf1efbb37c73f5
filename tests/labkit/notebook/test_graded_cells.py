"""A notebook that nbgrader executes: the check's points are the one result, and nothing ever reaches stderr."""

import copy

import nbformat
import pytest
from support import classroom, kernels

from labkit import course

pytestmark = pytest.mark.kernel

NOISE = {
    "print": "print('noise', file=sys.stderr)",
    "logging": "logging.error('noise'); logging.getLogger('uvicorn.error').error('noise')",
    "warnings": "warnings.warn('noise'); warnings.warn('noise', DeprecationWarning)",
    "file descriptor": "os.write(2, b'noise\\n')",
    "behind the back": "sys.__stderr__.write('noise\\n'); sys.__stderr__.flush()",
    "subprocess": "subprocess.run([sys.executable, '-c', 'import sys; sys.stderr.write(\"noise\")'])",
    "thread": "threading.Thread(target=lambda: 1 / 0).start()",
    "stdout": "print('noise'); os.write(1, b'noise\\n')",
}
WHOLE = {exercise.id: exercise.points for exercise in course.load().lab(classroom.LAB).exercises}
IMPORTS = "import logging, os, subprocess, sys, threading, time, warnings\n"
TALKER = """
warnings.simplefilter("always")
def talk():
    while True:
        print("noise", file=sys.stderr); print("noise"); warnings.warn("noise"); sys.__stderr__.write("noise\\n")
        time.sleep(0.01)
threading.Thread(target=talk).start()
warnings.warn("old", DeprecationWarning)
"\\d"
"""


def executed(book, folder, **env):
    """Execute a notebook as nbgrader does: every cell, errors included, in the folder it lies in."""
    path = folder / f"{classroom.LAB}.ipynb"
    nbformat.write(book, path)
    ran = copy.deepcopy(book)
    kernels.execute(ran, folder, allow_errors=True, **({"NBGRADER_EXECUTION": "autograde"} | env))
    return ran


def checks(book):
    """The cells that are graded, by exercise."""
    found = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in book.cells}
    return {name.removeprefix("check-"): cell for name, cell in found.items() if name and name.startswith("check-")}


def kinds(cell):
    return [output.get("name") or output.output_type for output in cell.outputs]


def points(cell):
    """What nbgrader makes of a graded cell: the number that is its one result, nothing after an error."""
    if "error" in kinds(cell) or "stderr" in kinds(cell):
        return 0.0
    (result,) = [output for output in cell.outputs if output.output_type == "execute_result"]
    return float(result.data["text/plain"])


def earned(book):
    return {name: points(cell) for name, cell in checks(book).items()}


def noisy(book):
    """A solved notebook that makes every noise there is, at import, in endpoints, and in a thread that never ends."""
    setup = classroom.cell_of(book, "setup")
    setup.source += f"\n{IMPORTS}{TALKER}" + "".join(f"{noise}\n" for noise in NOISE.values())
    body = "".join(f"    {noise}\n" for noise in NOISE.values())
    root = classroom.cell_of(book, "root")
    root.source = root.source.replace("    return", f"{body}    return")
    return book


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A noisy solution, executed."""
    return executed(noisy(classroom.solved()), tmp_path_factory.mktemp("noisy"))


def test_no_noise_costs_a_mark(graded):
    """Whatever a correct solution writes to stderr, and from wherever, each check earns its points whole."""
    assert earned(graded) == WHOLE


def test_a_check_has_one_result_and_no_stderr(graded):
    """A graded cell has its verdict on stdout, one numeric result, and no stderr."""
    for cell in checks(graded).values():
        assert set(kinds(cell)) == {"stdout", "execute_result"}
        assert kinds(cell).count("execute_result") == 1
        assert "correct" in "".join(output.text for output in cell.outputs if output.output_type == "stream")


def test_the_module_lies_beside_the_notebook(tmp_path):
    """What nbgrader executes writes its module beside the notebook, whatever stood there, and no progress."""
    (tmp_path / f"{classroom.LAB}.py").write_text("# %% root\nleft over from another run\n")
    book = executed(classroom.solved(), tmp_path)
    assert earned(book) == WHOLE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lab01_hello.ipynb", "lab01_hello.py"]


def test_an_exercise_that_earns_nothing_is_an_error(tmp_path):
    """The untouched notebook earns nothing: each check ends in an error whose text is the verdict, without stderr."""
    book = executed(classroom.released(), tmp_path)
    for name, cell in checks(book).items():
        assert kinds(cell) == ["error"]
        assert cell.outputs[0].ename == "NothingEarned"
        assert f"○ {name}: not attempted, 0 of" in cell.outputs[0].evalue


def test_code_that_does_not_come_back_costs_its_own_exercise(tmp_path):
    """An endpoint that blocks the event loop leaves the other exercises their points."""
    book = classroom.solved()
    book.cells = [cell for cell in book.cells if "nbgrader" in cell.metadata]
    root = classroom.cell_of(book, "root")
    root.source = root.source.replace("def ", "async def ").replace("    return", "    while True: pass\n    return")
    assert earned(executed(book, tmp_path, NBGRADER_EXECUTION="validate")) == WHOLE | {"root": 0}
