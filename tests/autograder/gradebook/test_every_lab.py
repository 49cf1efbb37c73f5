"""Every lab through hand-in, grading and gradebook: with our command, and with stock nbgrader in a kernel."""

import json

import pytest
from support.classroom import ROOT, STOCK, course_directory, filled, hand_in, modules, run

from autograder.authoring.corpus import names
from autograder.judging.judge import judge
from autograder.submissions import submission
from autograder.verify import HONEST

LABS = [lab.id for lab in submission.course().labs[1:]]
"""lab01 is in test_nbgrader_round."""

pytestmark = [
    pytest.mark.nbgrader,
    pytest.mark.timeout(1200),
    # nbgrader's own, of its database layer
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::DeprecationWarning"),
]


def chosen(lab):
    """The solution, and two students of each kind, the last of each by name."""
    found = modules(lab)
    kinds = ("alternative", "half", "wrong")
    return {"solution": found["solution"]} | {
        student: sample
        for kind in kinds
        for student, sample in [one for one in found.items() if one[0].startswith(kind)][-2:]
    }


def read(path):
    return path.read_text(encoding="utf-8")


def handed_in(lab, place, students, config=""):
    course = course_directory(place, config)
    run("nbgrader", "generate_assignment", lab, cwd=course)
    for student in students:
        hand_in(course, student, filled(modules(lab)[student].text, lab), lab=lab)
    return course


def marks(course, lab):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {
            one.student.id: {
                grade.name.removeprefix("check-"): grade.score for book in one.notebooks for grade in book.grades
            }
            for one in gradebook.assignment_submissions(lab)
        }


@pytest.fixture(scope="module", params=LABS)
def graded(request, tmp_path_factory):
    """A few students of a lab, graded by our command."""
    lab = request.param
    course = handed_in(lab, tmp_path_factory.mktemp(lab), chosen(lab))
    run("-m", "autograder", "grade", "--json", "results.json", cwd=course)
    return lab, course


def test_each_gets_what_they_deserve(graded):
    """The gradebook has full marks for what is right, and for what is wrong exactly what its header says."""
    lab, course = graded
    found = {result["student"]: result for result in json.loads(read(course / "results.json"))["results"]}
    total = submission.course().lab(lab).points
    for student, sample in chosen(lab).items():
        said, result = sample.headers, found[student]
        failed = {one["id"] for one in result["exercises"] if one["outcome"] not in ("correct", "not_attempted")}
        assert failed == names(said.get("fails", "")), student
        assert sum(marks(course, lab)[student].values()) == pytest.approx(result["score"])
        if sample.kind in HONEST:
            assert result["score"] == total, student
        if "points" in said:
            assert result["score"] == float(said["points"]), student


def test_stock_nbgrader_gives_the_same_marks(graded, tmp_path):
    """Stock nbgrader, which executes the notebook in a kernel, gives the same marks."""
    lab, course = graded
    students = ["solution", *[student for student in chosen(lab) if student.startswith("wrong")][:1]]
    stock = handed_in(lab, tmp_path, students, STOCK)
    run("nbgrader", "autograde", lab, cwd=stock)
    ours = marks(course, lab)
    assert marks(stock, lab) == {student: ours[student] for student in students}


def test_no_hidden_check_is_told(graded):
    """Feedback names no hidden check, and says no sentence of one."""
    lab, course = graded
    solution = modules(lab)["solution"]
    result = judge(submission.notebook(filled(solution.text, lab), submission.course().lab(lab), solution.path))
    checks = [check for verdict in result.verdicts for check in verdict.checks]
    shown = " ".join(exercise.hidden for exercise in submission.course().lab(lab).exercises)
    visible = {check.name for check in checks if not check.hidden} | {
        check.title for check in checks if not check.hidden
    }
    secret = {word for check in checks if check.hidden for word in (check.name, check.title)} - visible
    pages = [read(path) for path in (course / "feedback").rglob("*.html")]
    assert len(pages) == len(chosen(lab))
    assert [word for word in secret if word not in shown for page in pages if word in page] == []
    assert secret or not (ROOT / "autograder" / "hidden" / f"{lab}.py").exists()
