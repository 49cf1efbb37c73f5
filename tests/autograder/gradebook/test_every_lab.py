"""Every lab through hand-in, grading and gradebook, with our command: one class that has handed in all of them."""

import json

import pytest
from support.classroom import ROOT, course_directory, filled, hand_in, marks, modules, run

from autograder.authoring.secrets import Secrets
from autograder.submissions import submission

LABS = submission.course().labs[1:]
"""lab01 is in test_nbgrader_round."""

pytestmark = [
    pytest.mark.nbgrader,
    pytest.mark.timeout(1200),
    # nbgrader's own, of its database layer
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::DeprecationWarning"),
]


def handed_in(lab):
    """The wrong module that is the last but one by name, and the solution of a lab with files."""
    wrong = [one for one in modules(lab.id) if one.startswith("wrong")][-2]
    return {"wrong": wrong} | ({"solution": "solution"} if lab.files else {})


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The course directory of that class, graded, and what our command says of each."""
    course = course_directory(tmp_path_factory.mktemp("course"))
    for lab in LABS:
        for student, name in handed_in(lab).items():
            hand_in(course, student, filled(modules(lab.id)[name].text, lab.id), lab=lab.id)
    run("-m", "autograder", "grade", "--json", "results.json", cwd=course)
    return course, json.loads((course / "results.json").read_text(encoding="utf-8"))["results"]


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.id)
def test_gradebook_has_the_marks(graded, lab):
    """The gradebook has what our command says: of the solution full marks, and of what is wrong fewer.

    Where a solution is a module alone, `make verify` judges it, and test_stock_nbgrader its notebook.
    """
    course, results = graded
    found = {result["student"]: result for result in results if result["lab"] == lab.id}
    said = {who: {one["id"]: one["points"] for one in result["exercises"]} for who, result in found.items()}
    assert marks(course, lab.id) == said
    assert found.keys() == handed_in(lab).keys()
    assert found["wrong"]["score"] < lab.points
    assert "solution" not in found or found["solution"]["score"] == lab.points


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.id)
def test_no_hidden_check_is_told(graded, lab):
    """The page that a student gets back says no word of a hidden check."""
    secrets = Secrets.of(ROOT, lab)
    pages = [path.read_text(encoding="utf-8") for path in (graded[0] / "feedback").glob(f"*/{lab.id}/*.html")]
    assert len(pages) == len(handed_in(lab))
    assert [leak for page in pages for leak in secrets.leaks("the page", page)] == []
