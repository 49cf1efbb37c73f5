"""Regrading without fear: what a run would do is said before, is what it then does, and is written down."""

import shutil

import pytest
from support.classroom import LAB, ROOT, filled, hand_in, modules, run, solved
from support.graded_class import grade, judged, scores

from autograder.audit.trail import Trail

pytestmark = [
    pytest.mark.nbgrader,
    pytest.mark.timeout(1200),
    # nbgrader's own, of its database layer
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::DeprecationWarning"),
]
HARDER = '''
from labkit.checks.mismatch import Mismatch


@exercise("root")
def test_what_nobody_does(api: Api) -> None:
    """Nobody gets this one."""
    raise Mismatch("GET /", "what nobody sends", "what everybody sends")
'''
MARKED, ANEW, LATE = "half-first_two_done", "wrong-root_other_case", "solution"


def files(course):
    """Everything that a person reads or a program keeps, but the results that may be thrown away."""
    there = (path for path in course.rglob("*") if path.is_file() and ".grading" not in path.parts)
    return {path.relative_to(course): path.read_bytes() for path in there}


def who_has_a_mark(course):
    """The students with a mark in grades.csv."""
    rows = (course / "grades.csv").read_text(encoding="utf-8").splitlines()[1:]
    return {row.partition(",")[0] for row in rows if row.split(",")[4]}


def by_hand(course, student, exercise, points):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.find_grade(f"check-{exercise}", LAB, LAB, student).manual_score = points
        gradebook.db.commit()


def forecast(said):
    """Whose mark would be which, from what a dry run says."""
    words = [line.split() for line in said.splitlines() if " → " in line and not line.startswith(" ") and LAB in line]
    return {line[0]: float(line[4]) for line in words if "stays" not in line}


@pytest.fixture
def mended(tmp_path):
    """The workbook of somebody who has made a hidden check harder."""
    place = tmp_path / "mended"
    for name in ("labkit", "autograder", "notebooks", "solutions"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    hidden = place / "autograder" / "hidden" / f"{LAB}.py"
    text = hidden.read_text(encoding="utf-8")
    hidden.write_text(text + HARDER, encoding="utf-8")
    return str(place)


def test_what_is_foretold_is_what_happens(course, mended):
    """A mended check, a human's mark, a new submission and lateness: a dry run names each mark that the run then makes.

    It writes nothing, and what it has judged is not judged again. A student who asks is shown when and why.
    """
    by_hand(course, MARKED, "root", 0.75)
    hand_in(course, ANEW, solved())
    timestamp = course / "submitted" / LATE / LAB / "timestamp.txt"
    timestamp.write_text("2026-03-03 12:00:00 UTC", encoding="utf-8")
    rules = f"[due]\n{LAB} = 2026-03-01T12:00:00Z\n[late]\nper_day = 0.25\n"
    (course / "class.toml").write_text(rules, encoding="utf-8")
    before, there = scores(course), files(course)
    before[MARKED] -= 0.25
    said = run("-m", "autograder", "grade", "--dry-run", cwd=course, PYTHONPATH=mended)
    assert files(course) == there
    assert f"{MARKED}  {LAB}  Hello World: stays 0.75 as marked by hand; the checks alone say 1 → " in said
    assert "the checks have changed" in said
    assert "Hello World: 0 → 0.67, handed in anew" in said
    assert "lost by being late: 0 → " in said
    assert "No mark was written." in said
    done = run("-m", "autograder", "grade", cwd=course, PYTHONPATH=mended)
    assert "5 marks are new or have changed" in done
    after = scores(course)
    assert forecast(said) == {student: mark for student, mark in after.items() if before[student] != mark}
    assert after[MARKED] == before[MARKED]
    assert after[LATE] < 0.6 * before[LATE]
    told = [change.line for change in Trail(course).of(LATE, LAB)]
    assert [("first mark" in line, "lost by being late" in line) for line in told] == [(True, False), (False, True)]
    page = (course / "feedback" / LATE / LAB / f"{LAB}.html").read_text(encoding="utf-8")
    assert "How this mark came about" in page
    assert "Nobody gets this one" not in page + "".join(told)


def test_a_dry_run_before_the_first_mark_makes_no_gradebook(tmp_path):
    """Where nothing was graded yet, the first marks are said, and no gradebook is made."""
    hand_in(tmp_path, "ada", filled(modules()["wrong-root_other_case"].text))
    said = grade(tmp_path, "--dry-run")
    assert judged(said) == 1
    assert f"ada  {LAB}  first mark: 11 of 12" in said
    assert {path.name for path in tmp_path.iterdir()} == {"submitted", ".grading"}
    refused = run("-m", "autograder", "history", "--student", "ada", cwd=tmp_path, expect=2)
    assert "No mark of ada has been written down" in refused


def test_what_holds_for_a_class_reaches_everything(course):
    """The roster's names, a dropped lab and a platform's table: report, grades.csv and the table say the same."""
    roster = f'Student,ID,SIS Login ID,Section,{LAB} (5)\n"Lovelace, Ada",1,{LATE},A,\n"Not, There",2,nobody,A,\n'
    (course / "roster.csv").write_text(roster, encoding="utf-8")
    rules = f'roster = "roster.csv"\n[total]\nbest = 1\n[[extension]]\nstudent = "{ANEW}"\nexcused = true\n'
    (course / "class.toml").write_text(rules, encoding="utf-8")
    said = grade(course)
    assert judged(said) == 0
    others = sorted(who_has_a_mark(course) - {LATE})
    assert f"Not in roster.csv, so without a mark there: {', '.join(others)}" in said
    report = (course / "report.html").read_text(encoding="utf-8")
    for words in ("What holds for this class", f"{ANEW} is excused for every lab", "There Not", "of 12, 100.0 %"):
        assert words in report
    table = (course / "grades_canvas.csv").read_text(encoding="utf-8").splitlines()
    assert table[1:] == [f'"Lovelace, Ada",1,{LATE},A,12', '"Not, There",2,nobody,A,']
    rows = (course / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0].endswith(f",{LAB},total,percent")
    assert f"{LATE},Lovelace,Ada,,12.0,12.0,100.0" in rows
