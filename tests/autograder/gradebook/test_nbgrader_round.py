"""A whole class through release, hand-in, grading, gradebook and feedback: with nbgrader's commands and with ours."""

import csv
import json
import subprocess
import sys

import pytest
from support.classroom import (
    LAB,
    ROOT,
    STOCK,
    cell_of,
    course_directory,
    filled,
    hand_in,
    modules,
    run,
    solved,
)

from autograder.authoring.corpus import names
from autograder.submissions import submission
from autograder.verify import HONEST
from autograder.workers.pool import judge_all

pytestmark = [
    pytest.mark.nbgrader,
    pytest.mark.timeout(1200),
    # nbgrader's own, of its database layer
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::DeprecationWarning"),
]

RUN = "import sys; from nbgrader.apps import NbGraderApp; NbGraderApp.launch_instance(sys.argv[1:])"


def text_of(path):
    return path.read_text(encoding="utf-8")


def marks(course):
    """The points of every student and exercise, from nbgrader's gradebook."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {
            handed_in.student.id: {
                grade.name.removeprefix("check-"): grade.score for book in handed_in.notebooks for grade in book.grades
            }
            for handed_in in gradebook.assignment_submissions(LAB)
        }


def everybody(course):
    for student, sample in modules().items():
        hand_in(course, student, filled(sample.text))
    return course


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """The class in stock nbgrader, which executes every notebook in a kernel; it runs beside the other tests."""
    course = everybody(course_directory(tmp_path_factory.mktemp("stock"), STOCK))
    run("nbgrader", "generate_assignment", LAB, cwd=course)
    command = [sys.executable, "-c", RUN, "autograde", LAB]
    with (
        (course / "log.txt").open("w") as log,
        subprocess.Popen(command, cwd=course, stdout=log, stderr=log) as process,
    ):
        yield course, process
        process.kill()


@pytest.fixture(scope="module")
def judged():
    """What the judge says to every module of the class, by student."""
    lab = submission.course().lab(LAB)
    found = [submission.notebook(filled(one.text), lab, one.path, student) for student, one in modules().items()]
    return {result.submission.student: result for result in judge_all(found)}


@pytest.fixture(scope="module")
def graded(stock, tmp_path_factory):
    """The class, graded by our command in a course directory of its own."""
    course = everybody(course_directory(tmp_path_factory.mktemp("course")))
    run("nbgrader", "generate_assignment", LAB, cwd=course)
    return course, run("-m", "autograder", "grade", "--json", "results.json", cwd=course, COLUMNS="200")


def test_release_is_the_notebook_of_the_workbook(graded):
    """What nbgrader releases is, byte for byte, the notebook in notebooks/."""
    course, _ = graded
    assert text_of(course / "release" / LAB / f"{LAB}.ipynb") == text_of(ROOT / "notebooks" / f"{LAB}.ipynb")


def test_class_is_large_and_varied():
    """The class has at least 20 students, three alternatives and ten mistakes."""
    kinds = [sample.kind for sample in modules().values()]
    assert len(kinds) >= 20
    assert kinds.count("alternative") >= 3
    assert kinds.count("wrong") >= 10


def test_everyone_gets_what_they_deserve(judged):
    """Alternatives and the solution earn everything, a wrong module fails where it must and only there."""
    for student, sample in modules().items():
        result = judged[student]
        failed = {
            verdict.exercise for verdict in result.verdicts if verdict.outcome not in ("correct", "not_attempted")
        }
        assert failed == names(sample.headers.get("fails", "")), student
        if sample.kind in HONEST:
            assert result.score == result.max_score, student


def test_gradebook_has_the_judges_marks(graded, judged):
    """Our command writes into nbgrader's gradebook exactly what the judge said."""
    course, said = graded
    assert marks(course) == {
        student: {verdict.exercise: verdict.points for verdict in result.verdicts} for student, result in judged.items()
    }
    assert f"{len(judged)} submissions" in said


def test_results_as_json(graded, judged):
    """The JSON has the fields of the design, one result for each submission."""
    found = json.loads(text_of(graded[0] / "results.json"))["results"]
    assert {result["student"]: result["score"] for result in found} == {
        student: result.score for student, result in judged.items()
    }
    keys = {"source", "student", "lab", "score", "max_score", "sandbox", "incidents", "exercises"}
    for result in found:
        assert result.keys() == keys
        for exercise in result["exercises"]:
            assert exercise.keys() == {"id", "points", "max_points", "outcome", "checks"}
            assert all(check.keys() == {"name", "hidden", "outcome", "message"} for check in exercise["checks"])


def test_grades_csv(graded, judged):
    """grades.csv has a row for each student and a column for each lab, as learning platforms import it."""
    with (graded[0] / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {student: float(row[LAB]) for student, row in rows.items()} == {
        student: result.score for student, result in judged.items()
    }
    assert list(rows["solution"]) == ["student_id", "last_name", "first_name", "email", LAB]


def test_feedback_tells_the_visible_and_hides_the_hidden(graded, judged):
    """Feedback has every message of a visible check, and of the hidden ones the rationale and no word more."""
    titles = {check.title for result in judged.values() for v in result.verdicts for check in v.checks if check.hidden}
    functions = {
        check.name for result in judged.values() for v in result.verdicts for check in v.checks if check.hidden
    }
    visible = {
        check.name for result in judged.values() for v in result.verdicts for check in v.checks if not check.hidden
    }
    rationales = " ".join(verdict.rationale for result in judged.values() for verdict in result.verdicts)
    titles = {title for title in titles if title not in rationales}  # a rationale may be told
    for student in judged:
        page = text_of(graded[0] / "feedback" / student / LAB / f"{LAB}.html")
        assert not [word for word in titles | (functions - visible) if word in page], student
    page = text_of(graded[0] / "feedback" / "wrong-root_other_case" / LAB / f"{LAB}.html")
    assert "expected" in page
    assert "incorrect" in page


def test_marks_of_a_human_survive(graded):
    """A mark and a comment that a human gave stay when the submission is graded again."""
    from nbgrader.api import Gradebook

    course, _ = graded
    student = "wrong-root_other_case"
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.find_grade("check-root", LAB, LAB, student).manual_score = 0.5
        gradebook.find_comment("root", LAB, LAB, student).manual_comment = "Nearly."
        gradebook.db.commit()
    run("-m", "autograder", "grade", "--student", student, cwd=course)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("check-root", LAB, LAB, student)
        assert (grade.auto_score, grade.score) == (0, 0.5)
        assert gradebook.find_comment("root", LAB, LAB, student).comment == "Nearly."
        grade.manual_score = None
        gradebook.db.commit()


def test_exchange_and_nbgraders_own_commands(tmp_path, judged):
    """Through nbgrader's exchange, autograde and feedback, a few students get the same marks."""
    config = (
        f'load_subconfig("nbgrader_config.py", path={str(ROOT)!r})\n'
        f"c.Exchange.root = {str(tmp_path / 'exchange')!r}\nc.CourseDirectory.course_id = 'hello'\n"
        "c.ExchangeCollect.check_owner = False\n"
    )
    (tmp_path / "exchange").mkdir(mode=0o777)
    (tmp_path / "exchange").chmod(0o777)
    (tmp_path / "course").mkdir()
    course = course_directory(tmp_path / "course", config)
    run("nbgrader", "generate_assignment", LAB, cwd=course)
    run("nbgrader", "release_assignment", LAB, cwd=course)
    chosen = ["solution", "half-first_two_done", "wrong-limit_as_end_index"]
    for student in chosen:
        home = tmp_path / student
        home.mkdir()
        (home / "nbgrader_config.py").write_text(f"c = get_config()\n{config}", encoding="utf-8")
        own = {"JUPYTER_DATA_DIR": str(home / "data")}
        run("nbgrader", "fetch_assignment", LAB, cwd=home, **own)
        (home / LAB / f"{LAB}.ipynb").write_text(json.dumps(filled(modules()[student].text)), encoding="utf-8")
        run("nbgrader", "submit", LAB, f"--student={student}", cwd=home, **own)
    run("nbgrader", "collect", LAB, cwd=course)
    run("nbgrader", "autograde", LAB, cwd=course)
    run("nbgrader", "generate_feedback", LAB, cwd=course)
    assert marks(course) == {
        student: {verdict.exercise: verdict.points for verdict in judged[student].verdicts} for student in chosen
    }
    assert all((course / "feedback" / student / LAB / f"{LAB}.html").exists() for student in chosen)


def test_deleted_check_cell_does_not_keep_an_old_mark(tmp_path):
    """When a submission is graded again after a check cell was deleted, the mark is the new one."""
    course = course_directory(tmp_path)
    run("nbgrader", "generate_assignment", LAB, cwd=course)
    hand_in(course, "ada", solved())
    run("nbgrader", "autograde", LAB, cwd=course)
    book = filled(modules()["wrong-root_other_case"].text)
    for name in ("root", "check-root"):
        book.cells.append(cell_of(book, name))  # and a pair of duplicates
    book.cells = [cell for cell in book.cells if cell.metadata.get("nbgrader", {}).get("grade_id") != "check-root"]
    hand_in(course, "ada", book)
    run("nbgrader", "autograde", LAB, "--force", cwd=course)
    assert marks(course)["ada"]["root"] == 0


def test_stock_nbgrader_gives_the_same_marks(stock, judged):
    """The same class through stock nbgrader, which executes the notebooks, gets the same marks."""
    course, process = stock
    assert process.wait(1000) == 0, text_of(course / "log.txt")[-2000:]
    expected = {student: {v.exercise: v.points for v in result.verdicts} for student, result in judged.items()}
    found = marks(course)
    different = {
        student: (found[student], expected[student]) for student in found if found[student] != expected[student]
    }
    assert different == {}
    assert found.keys() == expected.keys()
