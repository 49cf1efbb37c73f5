"""What people see of a graded class: the pages, the table, the progress."""

import io
import re
import statistics
import time
from dataclasses import replace

import pytest
from rich.console import Console
from support.classroom import LAB

from autograder.gradebook.marks import Standing
from autograder.grading import progress
from autograder.grading.progress import Watch
from autograder.judging.record import Record, load
from autograder.reports import class_report, feedback, grades_csv, results
from autograder.reports.item_analysis import discrimination, facility
from labkit import course
from labkit.verdict import SKIPPED, CheckResult, Outcome, Verdict

COURSE = course.load()
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>&\"'"
SECRET = "test_secret_name"


def verdict(exercise, passed, message="GET /\nexpected  200\ngot       404", hidden_fails=False):
    """A verdict with two visible checks, the second of which may fail, and a hidden one."""
    second = CheckResult(
        "b", "the second", False, Outcome.CORRECT if passed else Outcome.INCORRECT, "" if passed else message
    )
    outcome = Outcome.INCORRECT if hidden_fails else Outcome.CORRECT
    hidden = CheckResult(SECRET, "a secret title", True, outcome, "a secret input" if hidden_fails else "")
    checks = (CheckResult("a", "the first", False, Outcome.CORRECT), second, hidden)
    return Verdict(exercise.id, exercise.title, exercise.points, checks, rationale=exercise.hidden)


def a_record(student="ada", passed=(), **values):
    """A record in which the exercises with these numbers are correct."""
    lab = COURSE.lab(LAB)
    verdicts = tuple(verdict(exercise, number in passed) for number, exercise in enumerate(lab.exercises))
    return Record(f"submitted/{student}/{LAB}/{LAB}.ipynb", student, LAB, "rlimits", 0.25, verdicts, **values)


def standing(record, **values):
    return Standing({v.exercise: v.points for v in record.verdicts}, **values)


def test_record_survives_being_kept():
    """What is kept of a result is read again as it was."""
    record = a_record(passed={1, 3}, incidents=("odd",), code={"root": "x = 1\n"})
    assert load(record.dump()) == record


def test_feedback_escapes_what_a_student_wrote():
    """Whatever stands in code, messages, incidents, names and comments is text on the page, never markup."""
    record = a_record(student=HOSTILE, incidents=(HOSTILE,), code={"root": HOSTILE})
    record = replace(record, verdicts=(verdict(COURSE.lab(LAB).exercises[0], False, HOSTILE), *record.verdicts[1:]))
    page = feedback.page(record, standing(record, comments={"root": HOSTILE}))
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 5
    assert "<script" not in class_report.page(
        "A course", [class_report.Class(COURSE.lab(LAB), [(record, standing(record))])]
    )


def test_pages_need_no_network():
    """A page is one file: no script, no link to anything outside, and a policy that forbids both."""
    record = a_record()
    for page in (
        feedback.page(record, standing(record)),
        class_report.page("A course", [class_report.Class(COURSE.lab(LAB), [(record, standing(record))])]),
    ):
        assert "default-src 'none'" in page
        assert not re.search(r"<(script|link|img|iframe)\b|https?://|url\(|@import", page)
        assert "prefers-color-scheme: dark" in page


def test_feedback_hides_hidden_checks():
    """Of a hidden check that fails the page has the rationale, and neither name, title nor message."""
    exercise = COURSE.lab(LAB).exercises[0]
    record = a_record()
    record = replace(record, verdicts=(verdict(exercise, True, hidden_fails=True), *record.verdicts[1:]))
    page = feedback.page(record, standing(record))
    assert "secret" not in page
    assert exercise.hidden in page
    assert "expected  <mark>200</mark>" in page


def test_feedback_has_what_a_human_said():
    """A mark by hand, points in addition, a comment and a penalty stand in the page, and the total is what counts."""
    record = a_record(passed=range(6))
    found = standing(
        record, manual={"root": 0.25}, extra={"path_parameter": 1.5}, comments={"root": "Look again."}, penalty=2.0
    )
    page = feedback.page(record, found)
    assert f"<b>{0.25 + 2 + 1.5 + 3 + 2 + 2 + 2 - 2:g}</b>" in page
    for words in ("0.25 points instead of 1", "1.5 points", "Look again.", "2 lost by being late"):
        assert words in page


def test_facility_and_discrimination():
    """Facility is the mean share of the points; discrimination the correlation with the points of the rest."""
    points, totals = [0, 1, 2, 2, 0], [3, 7, 12, 10, 5]
    assert facility(points, 2) == 0.5
    rest = [total - own for own, total in zip(points, totals, strict=True)]
    assert discrimination(points, totals) == pytest.approx(statistics.correlation(points, rest))
    assert discrimination([0, 1, 0, 1, 0], [0, 2, 0, 2, 0]) == pytest.approx(1)
    assert discrimination([2, 2, 2, 2, 2], totals) is None
    assert discrimination([1, 2], [3, 4]) is None


def test_report_counts():
    """The report has the class in numbers: who earned what, what failed, what was odd, how long it took."""
    lab = COURSE.lab(LAB)
    records = [a_record(f"s{number}", passed=range(number % 7)) for number in range(21)]
    records[0] = replace(records[0], incidents=("It was odd.",), seconds=9.0)
    group = class_report.Class(lab, [(record, standing(record)) for record in records])
    assert [bar["count"] for bar in group.marks][-1] == 6
    assert sum(bar["count"] for bar in group.marks) == 21
    first, last = group.items[0], group.items[-1]
    assert (first["percent"], last["percent"]) == (95, 71)
    assert {part["outcome"]: part["count"] for part in last["parts"]} == {Outcome.CORRECT: 3, Outcome.INCORRECT: 18}
    assert (group.failures[0]["count"], group.failures[0]["exercise"]) == (18, last["id"])
    assert group.incidents == [("s0", "It was odd.")]
    assert ("9.00 s", "longest, s0") in group.times
    page = class_report.page("A course", [group])
    assert 'href="feedback/s3/lab01_hello/lab01_hello.html"' in page
    assert "It was odd." in page


def test_skipped_checks_are_no_failures():
    """A check that waits for its exercise's first one is not among what fails; the JSON says why it was not run."""
    exercise = COURSE.lab(LAB).exercises[0]
    first = CheckResult("a", "the first", False, Outcome.INCORRECT, "GET /\nexpected  200\ngot       404")
    waits = CheckResult("b", "the second", True, Outcome.NOT_ATTEMPTED, SKIPPED)
    record = replace(a_record(), verdicts=(Verdict(exercise.id, exercise.title, exercise.points, (first, waits)),))
    group = class_report.Class(COURSE.lab(LAB), [(record, standing(record))])
    assert [failure["title"] for failure in group.failures] == ["the first"]
    assert "1 more check waits" in feedback.page(record, standing(record))
    skipped = {"name": "b", "hidden": True, "outcome": "not_attempted", "message": SKIPPED}
    assert results.as_dict(record, standing(record))["exercises"][0]["checks"][1] == skipped


def test_report_has_everybody(tmp_path):
    """The report names the course and the day, every student with the marks of all labs, and who did not hand in."""
    labs = [COURSE.lab(LAB), COURSE.labs[1]]
    record = a_record("ada", passed=range(6))
    standings = {labs[0].id: {"ada": standing(record)}, labs[1].id: {}}
    everybody = class_report.students([("ada", "Lovelace", "Ada", ""), ("bob", "", "", "")], standings)
    assert [(one.called, one.marks, one.total) for one in everybody] == [
        ("Ada Lovelace (ada)", [12.0, None], 12.0),
        ("bob", [None, None], 0.0),
    ]
    classes = [
        class_report.Class(labs[0], [(record, standing(record))], everybody),
        class_report.Class(labs[1], [], everybody),
    ]
    page = class_report.page("A course", classes, everybody, ["bob is gone."])
    assert classes[0].missing == ["bob"]
    assert [f"{time.localtime().tm_year}," in page, "A course" in page, "bob is gone." in page] == [True] * 3
    assert [f'href="#{lab.id}"' in page and f'id="{lab.id}"' in page for lab in labs] == [True, True]
    assert "1 of 2 students did not hand in" in page
    assert "2 of 2 students did not hand in" in page


def test_report_of_a_lab_without_submissions():
    """A lab that nobody has handed in is said to be that."""
    assert "Nothing has been handed in." in class_report.page("A course", [class_report.Class(COURSE.lab(LAB), [])])


def shown(records, width=80, **values):
    said = io.StringIO()
    results.show([(record, standing(record, **values)) for record in records], Console(file=said, width=width))
    return said.getvalue()


def test_table_fits_80_columns():
    """The table of a class has a row for each submission, one sign for each exercise, a legend, and 80 columns."""
    records = [a_record(f"a-student-with-quite-a-long-name-{number}", passed=range(number)) for number in range(7)]
    said = shown(records)
    assert max(map(len, said.splitlines())) <= 80
    assert re.search(r"name-3 +[\d.]+/12 +✓ +✓ +✓ +✗ +✗ +✗", said)
    for exercise in COURSE.lab(LAB).exercises:
        assert exercise.id in said
    assert "✗ incorrect" in said
    assert "expected" not in said


def test_weaker_sandbox_says_what_it_leaves_open():
    """Below results of a sandbox that is not the strictest stands, once, what a student's code can do in it."""
    said = " ".join(shown([a_record("ada"), a_record("bob")]).split())
    assert said.count("sandbox rlimits: a student's code can read what you can read, the hidden checks too") == 1
    assert "sandbox" not in shown([replace(a_record(), sandbox="namespaces")])


def test_few_submissions_are_told_in_detail():
    """For a few files the table is followed by what the failing checks say."""
    said = shown([a_record(passed={0, 1, 2, 3, 4})])
    assert "documentation: incorrect" in said
    assert "expected  200" in said
    assert "root: correct" not in said


def test_grades_for_a_learning_platform(tmp_path):
    """grades.csv has a row for each student, empty where nothing was handed in, and no cell that is a formula."""
    record = a_record("ada", passed=range(6))
    students = [("ada", "Lovelace", "Ada", "ada@example.org"), ("bob", "=cmd()", "", "")]
    grades_csv.export(tmp_path / "grades.csv", students, {LAB: {"ada": standing(record, penalty=1.0)}})
    assert (tmp_path / "grades.csv").read_text(encoding="utf-8").splitlines() == [
        f"student_id,last_name,first_name,email,{LAB}",
        "ada,Lovelace,Ada,ada@example.org,11.0",
        "bob,'=cmd(),,,",
    ]


def test_progress_without_a_terminal(monkeypatch):
    """Where there is no terminal, a line says now and then how many are done, how fast, and how long it will take."""
    monkeypatch.setattr(progress, "EVERY", 0)
    said = io.StringIO()
    watch = Watch(Console(file=said, width=80))
    with watch.judging(4, 2):
        for _ in range(4):
            watch.judged()
    lines = said.getvalue().splitlines()
    assert lines[0] == "4 submissions to judge, 2 known from before"
    assert re.fullmatch(r"2 of 4 judged, [\d.]+/s, 00:00:0\d left", lines[2])


def test_progress_in_a_terminal():
    """In a terminal there is a bar with counts, rate and time left, and nothing of it stays."""
    said = io.StringIO()
    watch = Watch(Console(file=said, width=80, force_terminal=True, color_system=None))
    with watch.judging(2, 0):
        watch.judged()
        watch._bar.refresh()
        assert re.search(r"judging ━+\S* *━* *1/2 +[\d.]+/s +(\d:\d\d:\d\d|-:--:--)", said.getvalue())
