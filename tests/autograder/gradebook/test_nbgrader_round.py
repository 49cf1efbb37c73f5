"""A class through release, hand-in, grading, gradebook and feedback: with nbgrader's commands and with ours."""

import csv
import json
import re
import zipfile

import nbformat
import pytest
from support.classroom import LAB, ROOT, STOCK, autograding, cell_of, course_directory, hand_in, marks, run, solved
from support.endings import CLASS, ENDS
from support.executed import pictures, troubles

from autograder.authoring.secrets import Secrets
from autograder.submissions import submission

pytestmark = [
    pytest.mark.nbgrader,
    pytest.mark.timeout(1200),
    # nbgrader's own, of its database layer
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::DeprecationWarning"),
]


def text_of(path):
    return path.read_text(encoding="utf-8")


def everybody(course):
    for student, book in CLASS.items():
        hand_in(course, student, book())
    return course


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """The class in stock nbgrader, which executes every notebook in a kernel; it runs beside the other tests."""
    course = everybody(course_directory(tmp_path_factory.mktemp("stock"), STOCK, begun=False))
    with autograding(course) as process:
        yield course, process


@pytest.fixture(scope="module")
def graded(stock, tmp_path_factory):
    """The class, graded by our command in a course directory of its own."""
    course = everybody(course_directory(tmp_path_factory.mktemp("course"), begun=False))
    run("nbgrader", "generate_assignment", LAB, cwd=course)
    return course, run("-m", "autograder", "grade", "--json", "results.json", cwd=course, COLUMNS="200")


@pytest.fixture(scope="module")
def results(graded):
    """What our command says of each student, by student."""
    return {result["student"]: result for result in json.loads(text_of(graded[0] / "results.json"))["results"]}


def points(result):
    return {exercise["id"]: exercise["points"] for exercise in result["exercises"]}


def test_release_is_the_notebook_of_the_workbook(graded):
    """What nbgrader releases is, byte for byte, the notebook in notebooks/."""
    course, _ = graded
    assert text_of(course / "release" / LAB / f"{LAB}.ipynb") == text_of(ROOT / "notebooks" / f"{LAB}.ipynb")


def test_a_cell_ends_in_every_way(results):
    """The class has a cell for each way in which one can end; what stands in one costs no other anything."""
    found = {
        student: {one["id"]: one["outcome"] for one in result["exercises"] if one["outcome"] != "correct"}
        for student, result in results.items()
    }
    assert found == ENDS
    assert 0 < points(results["marks"])["optional_query"] < points(results["solution"])["optional_query"]


def test_gradebook_has_the_marks(graded, results):
    """Our command writes into nbgrader's gradebook exactly what it says."""
    course, said = graded
    assert marks(course) == {student: points(result) for student, result in results.items()}
    assert f"{len(CLASS)} submissions" in said


def test_results_as_json(results):
    """The JSON has the fields of the design, one result for each submission."""
    assert results.keys() == CLASS.keys()
    keys = {"source", "student", "lab", "score", "max_score", "sandbox", "incidents", "exercises"}
    keys |= {"judged", "penalty"}
    for result in results.values():
        assert result.keys() == keys
        assert result["score"] == pytest.approx(sum(points(result).values()))
        for exercise in result["exercises"]:
            assert exercise.keys() == {"id", "points", "judged", "max_points", "outcome", "checks"}
            assert all(check.keys() == {"name", "hidden", "outcome", "message"} for check in exercise["checks"])


def test_grades_csv(graded, results):
    """grades.csv has a row for each student and a column for each lab, as learning platforms import it."""
    with (graded[0] / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {student: float(row[LAB]) for student, row in rows.items()} == {
        student: result["score"] for student, result in results.items()
    }
    assert list(rows["solution"]) == ["student_id", "last_name", "first_name", "email", LAB]


def test_feedback_tells_the_visible_and_hides_the_hidden(graded, results):
    """Feedback has every message of a visible check, and of the hidden ones the rationale and no word more."""
    checks = [check for exercise in results["marks"]["exercises"] for check in exercise["checks"]]
    assert [check for check in checks if check["hidden"] and check["outcome"] == "incorrect"]
    secrets = Secrets.of(ROOT, submission.course().lab(LAB))
    pages = {student: text_of(graded[0] / "feedback" / student / LAB / f"{LAB}.html") for student in CLASS}
    assert [leak for student, page in pages.items() for leak in secrets.leaks(student, page)] == []
    assert "expected" in pages["marks"]
    assert "incorrect" in pages["marks"]
    assert "a check of the grader&#39;s own" in pages["marks"]


def test_marks_of_a_human_survive(graded):
    """A mark and a comment that a human gave stay when the submission is graded again."""
    from nbgrader.api import Gradebook

    course, _ = graded
    student = "marks"
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


def _exchange() -> list[tuple[str, list[str]]]:
    """Who says what, in the README's table about the exchange."""
    table = text_of(ROOT / "README.md").partition("**Through nbgrader's exchange**")[2].partition("`make grade` has")[0]
    return [(who, words.split()) for who, words in re.findall(r"^\| (\w+) \| `(.+)` \|$", table, re.MULTILINE)]


def test_a_mark_comes_back_through_the_exchange(tmp_path, results):
    """With the README's commands, word for word, a notebook is released and handed in, and our feedback comes back.

    Who has handed in by another way has feedback as well, and keeps nobody from theirs.
    """
    rules = f"c.Exchange.root = {str(tmp_path / 'exchange')!r}\nc.ExchangeCollect.check_owner = False\n"
    for place in ("exchange", "course", "ada"):
        (tmp_path / place).mkdir()
    (tmp_path / "exchange").chmod(0o777)
    course = course_directory(tmp_path / "course", f'load_subconfig("nbgrader_config.py", path={str(ROOT)!r})\n{rules}')
    (tmp_path / "ada" / "nbgrader_config.py").write_text(f"c = get_config()\n{rules}", encoding="utf-8")
    hand_in(course, "by-mail", solved())
    run("nbgrader", "generate_assignment", LAB, cwd=course)
    said = _exchange()
    assert [words[1] for _, words in said] == [
        *("release_assignment", "fetch_assignment", "submit", "collect", "grade", "release_feedback", "fetch_feedback")
    ]
    for who, words in said:
        if words == ["make", "grade"]:
            run("-m", "autograder", "grade", cwd=course)
        elif who == "instructor":
            run(*words, cwd=course)
        else:  # nbgrader takes the name of whoever has logged in, who is the instructor here
            own = ["--student=ada"] if words[1] == "submit" else []
            run(*words, *own, cwd=tmp_path / "ada", JUPYTER_DATA_DIR=str(tmp_path / "ada" / "data"))
        if words[1] == "fetch_assignment":
            (tmp_path / "ada" / LAB / f"{LAB}.ipynb").write_text(json.dumps(CLASS["marks"]()), encoding="utf-8")
    assert marks(course)["ada"] == points(results["marks"])
    (page,) = (tmp_path / "ada" / LAB / "feedback").glob(f"*/{LAB}.html")
    assert text_of(page) == text_of(course / "feedback" / "ada" / LAB / f"{LAB}.html")
    assert (course / "feedback" / "by-mail" / LAB / f"{LAB}.html").exists()


ARCHIVES = {
    "canvas.zip": {
        "muellerjose_12345_678901_lab01_hello.ipynb": "muellerjose-12345",
        "lovelaceada_LATE_12346_678902_lab01_hello-1.ipynb": "lovelaceada-12346",
        "turingalan_12347_678903_lab01_hello (1).ipynb": "turingalan-12347",
    },
    "moodle.zip": {
        "José Müller_123456_assignsubmission_file_/lab01_hello.ipynb": "José Müller",
        "Ada Lovelace_123457_assignsubmission_file_/lab01_hello (1).ipynb": "Ada Lovelace",
    },
}


@pytest.mark.parametrize("archive", ARCHIVES)
def test_an_archive_of_a_learning_platform_is_collected(tmp_path, archive):
    """What Canvas and Moodle give out is collected by nbgrader's zip_collect, with the configuration that is there."""
    course = course_directory(tmp_path)
    place = course / "downloaded" / LAB / "archive"
    place.mkdir(parents=True)
    with zipfile.ZipFile(place / archive, "w") as file:
        for name in ARCHIVES[archive]:
            file.writestr(name, json.dumps(solved()))
    run("nbgrader", "zip_collect", LAB, cwd=course)
    found = {path.relative_to(course / "submitted").as_posix() for path in (course / "submitted").rglob("*.ipynb")}
    assert found == {f"{student}/{LAB}/{LAB}.ipynb" for student in ARCHIVES[archive].values()}


def test_deleted_check_cell_does_not_keep_an_old_mark(tmp_path):
    """When a submission is graded again after a check cell was deleted, the mark is the new one."""
    course = course_directory(tmp_path)
    run("nbgrader", "generate_assignment", LAB, cwd=course)
    hand_in(course, "ada", solved())
    run("nbgrader", "autograde", LAB, cwd=course)
    book = CLASS["marks"]()
    for name in ("root", "check-root"):
        book.cells.append(cell_of(book, name))  # and a pair of duplicates
    book.cells = [cell for cell in book.cells if cell.metadata.get("nbgrader", {}).get("grade_id") != "check-root"]
    hand_in(course, "ada", book)
    run("nbgrader", "autograde", LAB, "--force", cwd=course)
    assert marks(course)["ada"]["root"] == 0


def test_stock_nbgrader_gives_the_same_marks(stock, results):
    """The same class through stock nbgrader, which executes the notebooks, gets the same marks."""
    course, process = stock
    assert process.wait(1000) == 0, text_of(course / "log.txt")[-2000:]
    assert marks(course) == {student: points(result) for student, result in results.items()}


def test_whole_notebook_runs(stock):
    """With the solutions every cell of the notebook runs, nothing warns, and every picture has its text."""
    course, process = stock
    assert process.wait(1000) == 0, text_of(course / "log.txt")[-2000:]
    book = nbformat.read(course / "autograded" / "solution" / LAB / f"{LAB}.ipynb", as_version=4)
    assert troubles(book) == []
    assert pictures(book)
