"""A term of grading: every place says the same mark, and what does not go together is said."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys

import pytest
from support.classroom import LAB, ROOT, filled, hand_in, modules, solved
from support.graded_class import grade, scores

pytestmark = [
    pytest.mark.nbgrader,
    # nbgrader's own, of its database layer
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::DeprecationWarning"),
]


def results(course, *arguments):
    """What a run says as JSON, by student, and what it says to a person."""
    said = grade(course, "--json", "results.json", *arguments)
    found = json.loads((course / "results.json").read_text(encoding="utf-8"))["results"]
    return {one["student"]: one for one in found}, said


def test_everybody_says_the_same_mark(course):
    """Table, JSON, grades.csv, page and gradebook say the same mark, also late, marked by hand, and alone."""
    from nbgrader.api import Gradebook

    marked, late = "wrong-root_other_case", "solution"
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write("c.LateSubmissionPlugin.penalty_method = 'zero'\n")
    (course / "submitted" / late / LAB / "timestamp.txt").write_text("2026-03-02 12:00:00 UTC", encoding="utf-8")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_assignment(LAB, duedate="2026-03-01 12:00:00 UTC")
        gradebook.find_grade("check-root", LAB, LAB, marked).manual_score = 0.5
        gradebook.find_grade("check-path_parameter", LAB, LAB, marked).extra_credit = 0.25
        gradebook.db.commit()
    for arguments in ((), (), ("--student", marked), ("--student", late)):
        found, said = results(course, *arguments)
        assert found.keys() >= ({arguments[1]} if arguments else {marked, late})
        for student, one in found.items():
            score = one["score"]
            assert score == {marked: 11.75, late: 0}.get(student, one["judged"])
            assert re.search(rf"^ *{student} +{score:g}/12", said, re.MULTILINE), said
            assert scores(course)[student] == score
            page = (course / "feedback" / student / LAB / f"{LAB}.html").read_text(encoding="utf-8")
            assert f"<b>{score:g}</b><span>of 12 points" in page
            with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
                submission = gradebook.find_submission(LAB, student)
                penalty = sum(book.late_submission_penalty or 0 for book in submission.notebooks)
                assert max(0, submission.score - penalty) == pytest.approx(score)
        assert ("marked by hand" in said) == (marked in found)
        assert ("handed in late" in said) == (late in found)


def test_resubmission_that_earns_less_says_so(course):
    """Who hands in anew and earns less has the new mark, and result and page say what it was before."""
    student = "solution"
    hand_in(course, student, filled(modules()["wrong-root_other_case"].text))
    for _ in range(2):
        found, said = results(course)
        assert found[student]["score"] == 11
        assert "It earns 11 of 12 points; what was graded before earned 12 of 12." in " ".join(
            found[student]["incidents"]
        )
        assert f"{student}: It earns 11 of 12 points" in said
    hand_in(course, student, solved())
    found, _ = results(course)
    assert (found[student]["score"], found[student]["incidents"]) == (12, [])


def test_student_who_is_gone_is_named(course):
    """Whose folder is gone from submitted/ keeps the mark that stands in the gradebook, and each run says so."""
    shutil.rmtree(course / "submitted" / "solution")
    line = f"solution: nothing lies under submitted/solution/{LAB} any more; the mark in the gradebook stays."
    for _ in range(2):
        assert line in grade(course)
        assert scores(course)["solution"] == 12
    assert line in (course / "report.html").read_text(encoding="utf-8")


def test_marks_out_of_different_totals_are_named(course):
    """Where some of a lab's marks are from before its points changed, a run says how many are out of which total."""
    with sqlite3.connect(course / ".grading" / "results.sqlite") as database:
        for key, text in database.execute("SELECT key, record FROM result").fetchall():
            old = json.loads(text)
            if old["student"] == "solution":
                old["verdicts"][0]["max_points"] = 3.0
                database.execute("UPDATE result SET record = ? WHERE key = ?", (json.dumps(old), key))
    said = grade(course, "--student", "wrong-root_other_case")
    assert f"{LAB}: marks are 4 out of 12 and 1 out of 14 points." in said


def test_table_that_was_not_built_stops_grading(tmp_path):
    """A lab's table that says something else than what was built stops the run, with the command to run."""
    for name in ("labkit", "autograder", "notebooks", "course", "solutions"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    table = tmp_path / "course" / f"{LAB}.toml"
    built = table.read_text(encoding="utf-8")
    for said, wanted in [("points = 3", "points = 4"), ("points = 3", "points = three")]:
        table.write_text(built.replace(*(said, wanted)), encoding="utf-8")
        command = [sys.executable, "-m", "autograder", "grade"]
        done = subprocess.run(
            command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True
        )
        assert done.returncode == 2
        assert f"course/{LAB}.toml" in done.stderr
        assert "Traceback" not in done.stderr
        assert ("make build" in done.stderr) == (wanted == "points = 4")
