"""Marks go back in the form that a platform imports, by its own ids."""

import csv
import io

import pytest
from support.archives import CANVAS_ROSTER, LAB, MOODLE_ROSTER

from autograder.lms import roster
from autograder.lms.export import export
from autograder.lms.roster import RosterError
from autograder.policy.rules import Policy
from labkit import course

LABS = [course.load().lab(LAB), course.load().lab("lab02_validation")]
NOBODY = Policy.model_validate({})


def exported(place, text, labs, marks, policy=NOBODY):
    path = place / "roster.csv"
    path.write_text(text, encoding="utf-8")
    found = export(roster.read(path), labs, marks, policy)
    return found, list(csv.reader(io.StringIO(found.text)))


def test_canvas_takes_its_own_table_again(tmp_path):
    """Canvas has its rows, ids and column titles as it gave them; EX stays, and no other assignment is in it."""
    marks = {LAB: {"ada": 11.25, "john1": 3.0, "ghost": 1.0}, "lab02_validation": {"john2": 15.0}}
    excused = Policy.model_validate({"extension": [{"student": "vikram", "excused": True}]})
    found, rows = exported(tmp_path, CANVAS_ROSTER, LABS, marks, excused)
    assert found.name == "grades_canvas.csv"
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "lab01_hello (555)", LABS[1].title]
    assert rows[1][5:] == ["Manual Posting", ""]
    assert rows[2] == ["    Points Possible", "", "", "", "", "12", "15"]
    assert {row[3]: row[5:] for row in rows[3:]} == {
        "ada": ["11.25", ""],
        "john1": ["EX", ""],
        "john2": ["", "15"],
        "bruce": ["", ""],
        "vikram": ["EX", "EX"],
        "alan": ["3", ""],
    }
    assert [row[:5] for row in rows] == [row[:5] for row in csv.reader(io.StringIO(CANVAS_ROSTER))]
    assert found.remarks == [
        "Not in roster.csv, so without a mark there: ghost.",
        f"roster.csv has no column of lab02_validation: grades_canvas.csv has a new one, called {LABS[1].title}.",
    ]


def test_moodles_worksheet_is_of_one_lab(tmp_path):
    """Moodle's worksheet comes back as it was, with the grades of the lab that is named, and only of one."""
    marks = {LAB: {"ada@x.org": 11.5, "john2@x.org": 0.0}}
    found, rows = exported(tmp_path, MOODLE_ROSTER, LABS[:1], marks)
    assert found.name == f"grades_moodle_{LAB}.csv"
    assert [row[4] for row in rows] == ["Grade", "", "11.5", "", "0"]
    before = list(csv.reader(io.StringIO(MOODLE_ROSTER)))
    assert [[*row[:4], *row[5:]] for row in rows] == [[*row[:4], *row[5:]] for row in before]
    with pytest.raises(RosterError, match="Say of which: --lab"):
        exported(tmp_path, MOODLE_ROSTER, LABS, marks)
    other, _ = exported(tmp_path, MOODLE_ROSTER.replace("12.00", "100.00"), LABS[:1], marks)
    assert f"{LAB} is out of 12 points, and out of 100.00 in Moodle" in other.remarks[0]


def test_another_list_of_the_class_is_filled_by_the_names_that_the_class_has(tmp_path):
    """Who is called by a login is found in a worksheet that has addresses alone, and of two of one name neither."""
    (tmp_path / "ours.csv").write_text(CANVAS_ROSTER, encoding="utf-8")
    (tmp_path / "theirs.csv").write_text(MOODLE_ROSTER, encoding="utf-8")
    theirs, ours = roster.read(tmp_path / "theirs.csv"), roster.read(tmp_path / "ours.csv")
    marks = {LAB: {"ada": 11.5, "john1": 3.0, "john2": 4.0}}
    found = export(theirs.called_as(ours), LABS[:1], marks, NOBODY)
    assert [row[4] for row in csv.reader(io.StringIO(found.text))] == ["Grade", "", "11.5", "", ""]
    assert found.remarks == ["Not in theirs.csv, so without a mark there: john1, john2."]
    alone = CANVAS_ROSTER.replace('"Smith, John",104,S104,john2,A,,2,17\n', "")
    (tmp_path / "ours.csv").write_text(alone, encoding="utf-8")
    again = theirs.called_as(roster.read(tmp_path / "ours.csv"))
    assert [one.id for one in again.people] == ["jose@x.org", "ada", "john1@x.org", "john2@x.org"]


def test_moodles_grader_report_has_all_labs(tmp_path):
    """Moodle's report of all grades gets the columns of the labs, whatever Moodle writes around their names."""
    report = f"First name,Last name,Email address,Assignment: {LAB} (Real),Course total (Real)\nAda,L,ada@x.org,-,-\n"
    found, rows = exported(tmp_path, report, LABS, {LAB: {"ada@x.org": 12.0}})
    assert found.name == "grades_moodle.csv"
    assert rows[0] == ["First name", "Last name", "Email address", f"Assignment: {LAB} (Real)", "lab02_validation"]
    assert rows[1] == ["Ada", "L", "ada@x.org", "12", ""]
