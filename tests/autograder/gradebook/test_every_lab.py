"""Every lab through hand-in, grading and gradebook: with our command, and with stock nbgrader in a kernel."""

import json

import nbformat
import pytest
from nbformat import v4
from support.classroom import ROOT, STOCK, autograding, course_directory, filled, hand_in, marks, modules, run
from support.executed import pictures, troubles

from autograder.authoring.secrets import Secrets
from autograder.submissions import submission

LABS = [lab.id for lab in submission.course().labs[1:]]
"""lab01 is in test_nbgrader_round."""
SHORT = LABS[:3]
"""Of these stock nbgrader runs a wrong notebook as well; each of the later ones takes it a minute or more."""

pytestmark = [
    pytest.mark.nbgrader,
    pytest.mark.timeout(1200),
    # nbgrader's own, of its database layer
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::DeprecationWarning"),
]


def read(path):
    return path.read_text(encoding="utf-8")


def students(lab):
    """The solution, and the wrong module that is the last but one by name."""
    return ["solution", [one for one in modules(lab) if one.startswith("wrong")][-2]]


def handed_in(lab, place, who, config=""):
    """What they have handed in, in a course of its own."""
    course, found = course_directory(place, config), modules(lab)
    for student in who:
        hand_in(course, student, filled(found[student].text, lab), lab=lab)
    return course


@pytest.fixture(scope="module", params=LABS)
def graded(request, tmp_path_factory):
    """Two students of a lab, graded by our command, and beside it both or the first by stock nbgrader."""
    lab = request.param
    course = handed_in(lab, tmp_path_factory.mktemp(lab), students(lab))
    stock = handed_in(lab, tmp_path_factory.mktemp(lab), students(lab)[: 1 + (lab in SHORT)], STOCK)
    run("nbgrader", "generate_assignment", lab, cwd=stock)
    with autograding(stock, lab) as process:
        run("-m", "autograder", "grade", "--json", "results.json", cwd=course)
        assert process.wait() == 0, read(stock / "log.txt")[-2000:]
    return lab, course, stock


def test_gradebook_has_the_marks(graded):
    """The gradebook has what our command says: of the solution full marks, and of what is wrong fewer."""
    lab, course, _ = graded
    results = json.loads(read(course / "results.json"))["results"]
    assert marks(course, lab) == {
        result["student"]: {one["id"]: one["points"] for one in result["exercises"]} for result in results
    }
    wrong, solution = sorted(result["score"] for result in results)
    assert wrong < solution == submission.course().lab(lab).points


def test_stock_nbgrader_gives_the_same_marks(graded):
    """Stock nbgrader, which executes the notebook in a kernel, gives the same marks."""
    lab, course, stock = graded
    found, ours = marks(stock, lab), marks(course, lab)
    assert len(found) == 1 + (lab in SHORT)
    assert found == {student: ours[student] for student in found}


def test_whole_notebook_runs(graded):
    """With the solutions every cell of the notebook runs, nothing warns, and every picture has its text."""
    lab, _, stock = graded
    book = nbformat.read(stock / "autograded" / "solution" / lab / f"{lab}.ipynb", as_version=4)
    assert troubles(book) == []
    assert pictures(book)


def test_no_hidden_check_is_told(graded):
    """The page that a student gets back says no word of a hidden check."""
    lab, course, _ = graded
    secrets = Secrets.of(ROOT, submission.course().lab(lab))
    pages = [read(path) for path in (course / "feedback").rglob("*.html")]
    assert len(pages) == 2
    assert [leak for page in pages for leak in secrets.leaks("the page", page)] == []


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
