"""What our writer leaves behind, held against what nbgrader's own autograde leaves behind."""

import contextlib
import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from support.classroom import LAB, cell_of, course_directory, filled, hand_in, modules, run, solved

from autograder.gradebook import gradebook as gradebooks
from autograder.gradebook.errors import NoGradebook
from autograder.gradebook.gradebook import Gradebook

pytestmark = [
    pytest.mark.nbgrader,
    # nbgrader's own, of its database layer
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::DeprecationWarning"),
]


def duplicated():
    book = solved()
    book.cells += [cell_of(book, "root"), cell_of(book, "check-root")]
    return book


def deleted():
    book = solved()
    gone = [cell_of(book, "root"), cell_of(book, "check-documentation")]
    book.cells = [cell for cell in book.cells if cell not in gone]
    return book


def tampered():
    book = solved()
    cell = cell_of(book, "check-root")
    cell.metadata["nbgrader"]["points"] = 1000
    cell.source = "1000"
    cell_of(book, "root").metadata["nbgrader"]["checksum"] = "0"
    book.cells.append(
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "mine", "grade": True}}, "source": "1"}
    )
    return book


def of(student):
    return lambda: filled(modules()[student].text)


CLASS = {
    "solution": solved,
    "half": of("half-first_two_done"),
    "wrong": of("wrong-search_as_pattern"),
    "duplicated": duplicated,
    "deleted": deleted,
    "tampered": tampered,
}
DUE, LATE = "2026-03-01 12:00:00 UTC", "2026-03-02 12:00:00 UTC"


def everything(course):
    """All that nbgrader knows of a class, and the notebooks in autograded/."""
    from nbgrader.api import Gradebook

    found = {}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for submitted in gradebook.assignment_submissions(LAB):
            [book] = submitted.notebooks
            grades = {g.name: (g.auto_score, g.manual_score, g.needs_manual_grade, g.score) for g in book.grades}
            comments = {c.name: (c.auto_comment, c.manual_comment) for c in book.comments}
            facts = submitted.timestamp, submitted.score, book.late_submission_penalty, book.needs_manual_grade
            folder = course / "autograded" / submitted.student.id / LAB
            files = {path.name: (path.read_bytes(), path.stat().st_mode) for path in folder.iterdir()}
            found[submitted.student.id] = facts, grades, comments, files
    return found


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A course directory in which a lab has a due date after which nothing counts, and two submissions are dated."""
    from nbgrader.api import Gradebook

    config = "c.CourseDirectory.course_id = ''\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
    course = course_directory(tmp_path_factory.mktemp("prepared"))
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(config)
    run("nbgrader", "generate_assignment", LAB, cwd=course)
    for student, book in CLASS.items():
        folder = hand_in(course, student, json.loads(json.dumps(book()))).parent
        if student in ("half", "wrong"):
            (folder / "timestamp.txt").write_text(LATE if student == "half" else DUE, encoding="utf-8")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_assignment(LAB, duedate=DUE)
    return course


@pytest.fixture(scope="module")
def recorded(prepared, tmp_path_factory):
    """The same course directory, graded by our command."""
    course = copied(prepared, tmp_path_factory.mktemp("recorded") / "ours")
    run("-m", "autograder", "grade", cwd=course)
    return course


def copied(course, place):
    return Path(shutil.copytree(course, place, copy_function=shutil.copy2))


def test_record_is_that_of_nbgraders_autograde(prepared, recorded, tmp_path):
    """Grades, comments, penalties, and the notebooks in autograded/ are those that nbgrader's own command makes.

    That holds for a first recording, and for a second after a human has marked something.
    """
    from nbgrader.api import Gradebook

    ours, theirs = copied(recorded, tmp_path / "ours"), copied(prepared, tmp_path / "theirs")
    run("nbgrader", "autograde", LAB, cwd=theirs)
    first = everything(theirs)
    assert everything(ours) == first
    assert first["half"][0][2] == first["half"][0][1] > 0
    for course in (ours, theirs):
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
            gradebook.find_grade("check-root", LAB, LAB, "wrong").manual_score = 0.25
            gradebook.find_comment("root", LAB, LAB, "wrong").manual_comment = "Hm."
            gradebook.db.commit()
    run("-m", "autograder", "grade", "--force", cwd=ours)
    run("nbgrader", "autograde", LAB, "--force", cwd=theirs)
    assert everything(ours) == everything(theirs)


def test_nbgraders_commands_go_on_from_our_record(recorded, tmp_path):
    """Nbgrader's own feedback, export and regrade work on what our command has recorded."""
    course = copied(recorded, tmp_path / "ours")
    page = course / "feedback" / "wrong" / LAB / f"{LAB}.html"
    ours = page.read_text(encoding="utf-8")
    run("nbgrader", "generate_feedback", LAB, "--force", cwd=course)
    assert page.read_text(encoding="utf-8") != ours
    assert "optional_query: incorrect" in page.read_text(encoding="utf-8")
    run("nbgrader", "export", cwd=course)
    assert "solution" in (course / "grades.csv").read_text(encoding="utf-8")
    before = everything(course)
    run("nbgrader", "autograde", LAB, "--force", "--student", "solution", cwd=course)
    assert everything(course) == before


def test_timestamp_that_is_none(tmp_path):
    """A timestamp.txt that says no time costs its owner nothing."""
    course = course_directory(tmp_path)
    texts = {"word": "tomorrow", "empty": "", "far": "9999999-99-99", "nul": "\x00"}
    for student, text in texts.items():
        folder = hand_in(course, student, solved()).parent
        (folder / "timestamp.txt").write_text(text, encoding="utf-8")
    run("-m", "autograder", "grade", "--json", "results.json", cwd=course)
    results = json.loads((course / "results.json").read_text(encoding="utf-8"))["results"]
    assert {result["score"] for result in results} == {12}
    assert [result["student"] for result in results if not result["incidents"]] == ["empty"]
    assert {line for result in results for line in result["incidents"]} == {
        "What stands in timestamp.txt is not a time; it was left out of account."
    }


def test_points_that_have_changed_since_the_release(tmp_path):
    """When the course gives an exercise other points than the gradebook has, the lab is released again."""
    from nbgrader.api import Gradebook

    course = course_directory(tmp_path)
    hand_in(course, "ada", solved())
    run("nbgrader", "generate_assignment", LAB, cwd=course)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.find_grade_cell("check-root", LAB, LAB).max_score = 7
        gradebook.db.commit()
    run("-m", "autograder", "grade", cwd=course)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        assert gradebook.find_submission(LAB, "ada").max_score == 12


@pytest.fixture
def locked(tmp_path):
    """A course directory into whose gradebook somebody else is writing, and the one who does."""
    course = course_directory(tmp_path)
    with Gradebook(course):
        pass
    with contextlib.closing(sqlite3.connect(course / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield course, other


def test_a_locked_gradebook_says_who_locks_it(locked, monkeypatch):
    """Where another program is writing all the time, the message says so, and nothing about a database server."""
    monkeypatch.setattr(gradebooks, "PATIENCE", 0.1)
    with (
        pytest.raises(NoGradebook, match="Another program is writing into the gradebook") as raised,
        Gradebook(locked[0]),
    ):
        pass
    assert "PostgreSQL" not in str(raised.value)


def test_a_gradebook_that_is_locked_for_a_while_is_waited_for(locked, monkeypatch):
    """Who has to wait for another program opens the gradebook when that is done."""
    course, other = locked
    opened = gradebooks.api.Gradebook

    def opening(*arguments):
        if other.in_transaction:
            other.rollback()
            raise OperationalError("PRAGMA", {}, sqlite3.OperationalError("database is locked"))
        return opened(*arguments)

    monkeypatch.setattr(gradebooks.api, "Gradebook", opening)
    with Gradebook(course) as book:
        assert book.students() == []
