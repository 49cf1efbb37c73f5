"""The solution of every lab in stock nbgrader, which executes the notebook in a kernel."""

import nbformat
import pytest
from nbformat import v4
from support.classroom import STOCK, autograding, course_directory, filled, hand_in, marks, modules
from support.executed import pictures, troubles

from autograder.submissions import submission

LABS = [lab.id for lab in submission.course().labs[1:]]
"""lab01 is in test_nbgrader_round, with notebooks in which cells end in every way."""

pytestmark = [
    pytest.mark.nbgrader,
    pytest.mark.timeout(1200),
    # nbgrader's own, of its database layer
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::DeprecationWarning"),
]


@pytest.fixture(scope="module", params=LABS)
def stock(request, tmp_path_factory):
    """A lab whose solution stock nbgrader has graded, and where."""
    lab = request.param
    course = course_directory(tmp_path_factory.mktemp(lab), STOCK)
    hand_in(course, "solution", filled(modules(lab)["solution"].text, lab), lab=lab)
    with autograding(course, lab) as process:
        assert process.wait() == 0, (course / "log.txt").read_text(encoding="utf-8")[-2000:]
    return lab, course


def test_stock_nbgrader_gives_full_marks(stock):
    """Stock nbgrader, which executes the notebook, gives the solution full marks, as we do in `make verify`."""
    lab, course = stock
    points = {exercise.id: exercise.points for exercise in submission.course().lab(lab).exercises}
    assert marks(course, lab) == {"solution": points}


def test_whole_notebook_runs(stock):
    """With the solutions every cell of the notebook runs, nothing warns, and every picture has its text."""
    lab, course = stock
    book = nbformat.read(course / "autograded" / "solution" / lab / f"{lab}.ipynb", as_version=4)
    assert troubles(book) == []
    assert pictures(book)


@pytest.mark.parametrize(
    ("output", "trouble"),
    [
        (v4.new_output("error", ename="ValueError", evalue="no"), "it raised ValueError: no"),
        (v4.new_output("stream", name="stderr", text="old"), "stderr has 'old'"),
        (v4.new_output("display_data", {"text/html": "<b>"}), "a picture has no text but ''"),
        (v4.new_output("display_data", {"text/html": "<b>", "text/plain": "VBox(x=1)"}), "no text but 'VBox(x=1)'"),
        (v4.new_output("display_data", {"text/html": "<b>", "text/plain": "load (16 users)\n12 a second"}), ""),
        (v4.new_output("stream", name="stdout", text="well"), ""),
    ],
)
def test_a_trouble_of_an_executed_notebook_is_named(output, trouble):
    """A cell that did not run, raised or warned is named, and a picture of which nobody has written what it shows."""
    ran, other = v4.new_code_cell("1 + 1", execution_count=1, outputs=[output]), v4.new_code_cell("x")
    *found, last = troubles(v4.new_notebook(cells=[ran, other]))
    assert last == "x: it did not run"
    assert [trouble in one for one in found] == [True] * bool(trouble)
