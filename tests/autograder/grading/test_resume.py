"""Results that are kept: what has not changed is not done again, and a run that is ended goes on where it was."""

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from support.classroom import LAB, ROOT, cell_of, hand_in, known, run, solved
from support.graded_class import CHOSEN, a_class, grade, judged, scores
from support.live import until

from autograder.grading import store

pytestmark = [
    pytest.mark.nbgrader,
    # nbgrader's own, of its database layer
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::DeprecationWarning"),
]
LOAD_ALL = """
import sys
from pathlib import Path
from pkgutil import iter_modules
import autograder.judging.judge, autograder.judging.suites, autograder.workers.work, autograder.workers.worker
import labkit.mutation.inside.run, labkit.sandbox.inside.app_server, labkit.sandbox.inside.command_server
for kind in ("checks", "hidden"):
    sys.path.insert(0, f"autograder/{kind}")
    for found in iter_modules([sys.path[0]]):
        __import__(found.name)
        del sys.modules[found.name]
    del sys.path[0]
print(*sys.modules)
"""


def marks(course):
    """The marks in the gradebook, read without nbgrader: one row for each grade."""
    question = """
        SELECT submitted_assignment.student_id, base_cell.name, grade.auto_score FROM grade
        JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
        JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
        JOIN base_cell ON grade.cell_id = base_cell.id ORDER BY 1, 2
    """
    with sqlite3.connect(course / "gradebook.db") as database:
        return database.execute(question).fetchall()


def stamps(course):
    """When each file that a run writes was last written."""
    files = [*course.glob("autograded/*/*/*.ipynb"), *course.glob("feedback/*/*/*.html")]
    return {path: path.stat().st_mtime_ns for path in [*files, course / "grades.csv", course / "report.html"]}


def marked(sign):
    """The processes that carry a sign in their environment."""
    found = []
    for place in Path("/proc").glob("[0-9]*/environ"):
        try:
            if sign.encode() in place.read_bytes():
                found.append(int(place.parent.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="asks Linux which processes are left")
def test_killed_at_any_moment(whole, tmp_path):
    """A run that is killed with -9, again and again, loses nothing, counts nothing twice, and leaves no process."""
    course = a_class(tmp_path)
    sign = f"RUN={tmp_path}"
    dice = random.Random(3)
    kills = 0
    while kills < 12:
        environment = {**os.environ, "RUN": str(tmp_path)}
        command = [sys.executable, "-m", "autograder", "grade"]
        with subprocess.Popen(command, cwd=course, env=environment, stdout=subprocess.PIPE, text=True) as process:
            try:
                process.communicate(timeout=dice.uniform(0.2, 4))
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                kills += 1
        until(lambda: not marked(sign))
    assert kills
    grade(course)
    assert marks(course) == marks(whole)
    assert scores(course) == scores(whole)
    assert judged(grade(course)) == 0
    assert {path.relative_to(course) for path in stamps(course)} == {path.relative_to(whole) for path in stamps(whole)}


def test_unchanged_class_costs_nothing(whole):
    """Over a class in which nothing has changed a run judges nothing, writes nothing, and loads nothing that does."""
    grade(whole)
    before = stamps(whole)
    said = run("-X", "importtime", "-m", "autograder", "grade", cwd=whole)
    loaded = set(re.findall(r"^import time:.*\| +(\S+)$", said, re.MULTILINE))
    assert "autograder.grading.run" in loaded
    assert not loaded & {"autograder.judging.judge", "fastapi", "pytest", "nbgrader", "nbformat", "sqlalchemy"}
    assert stamps(whole) == before
    assert "to judge" not in said
    assert f"{len(CHOSEN)} submissions are in the gradebook" in said


def test_only_what_has_changed_is_judged(course):
    """A submission that was handed in anew is judged anew, and no other."""
    before = stamps(course)
    hand_in(course, "half-first_two_done", solved())
    assert judged(grade(course)) == 1
    assert scores(course)["half-first_two_done"] == 12
    written = {path for path, stamp in stamps(course).items() if before[path] != stamp}
    assert {path.parts[-3] for path in written if path.name.startswith(LAB)} == {"half-first_two_done"}


def test_force_judges_everything(course):
    """With --force everything is judged, once."""
    assert judged(grade(course, "--force")) == len(CHOSEN)
    assert judged(grade(course)) == 0


def test_what_was_lost_is_written_again_without_judging(course, whole):
    """Where the gradebook, a notebook or a page is gone, it is written again from the results that are kept."""
    (course / "gradebook.db").unlink()
    shutil.rmtree(course / "autograded" / "solution")
    shutil.rmtree(course / "feedback" / "solution")
    before = sqlite3.connect(course / ".grading" / "results.sqlite").execute("SELECT * FROM result").fetchall()
    grade(course)
    after = sqlite3.connect(course / ".grading" / "results.sqlite").execute("SELECT * FROM result").fetchall()
    assert marks(course) == marks(whole)
    assert before == after
    assert stamps(course).keys() >= {course / "feedback" / "solution" / LAB / f"{LAB}.html"}
    assert (course / "autograded" / "solution" / LAB / f"{LAB}.ipynb").exists()


def test_hand_of_a_human_is_seen(course):
    """What a human marked and wrote since is in grades.csv and in that student's page, and nothing is judged."""
    from nbgrader.api import Gradebook

    student = "wrong-root_other_case"
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.find_grade("check-root", LAB, LAB, student).manual_score = 0.5
        gradebook.find_comment("root", LAB, LAB, student).manual_comment = "Nearly <there>."
        gradebook.db.commit()
    before = stamps(course)
    assert judged(grade(course)) == 0
    assert scores(course)[student] == 11.5
    page = course / "feedback" / student / LAB / f"{LAB}.html"
    assert "Nearly &lt;there&gt;." in page.read_text(encoding="utf-8")
    written = {path for path, stamp in stamps(course).items() if before[path] != stamp}
    assert written == {page, course / "grades.csv", course / "report.html"}


def test_results_depend_on_what_judges_them(tmp_path):
    """A change of a hidden check, of the judge or of the course asks for new results, one of the report does not."""
    for name in ("labkit", "autograder", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))

    def version():
        said = run(
            "-c",
            f"from autograder.grading import store; print(store.judged_by({LAB!r}))",
            cwd=tmp_path,
            PYTHONPATH=str(tmp_path),
        )
        return said.strip()

    seen = [version()]
    for name in (f"autograder/hidden/{LAB}.py", "autograder/judging/judge.py", "labkit/sandbox/inside/app_server.py"):
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write("\n# another line\n")
        seen.append(version())
    course = tmp_path / "labkit" / "course.json"
    course.write_text(course.read_text(encoding="utf-8").replace('"points": 3.0', '"points": 4.0'), encoding="utf-8")
    seen.append(version())
    assert len(set(seen)) == 5
    for name in ("autograder/reports/class_report.py", "labkit/panel/form.py", "labkit/labs/lab05_health/probes.py"):
        (tmp_path / name).write_text("", encoding="utf-8")
    assert version() == seen[-1]


def test_what_judges_loads_nothing_that_only_shows():
    """Neither the judge nor any check loads a part of labkit whose change asks for no new results."""
    found = {name.split(".")[1] for name in run("-c", LOAD_ALL, cwd=ROOT).split() if name.startswith("labkit.")}
    assert "checks" in found
    assert found & set(store.SHOWING) == set()


def test_interrupt_says_how_to_go_on(tmp_path):
    """Ctrl-C ends a run with a sentence, and the next run goes on."""
    course = a_class(tmp_path)
    command = [sys.executable, "-m", "autograder", "grade"]
    with subprocess.Popen(command, cwd=course, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        until(lambda: known(course) or process.poll() is not None)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=300)
    assert process.returncode in (130, -signal.SIGINT), said  # a shell calls both 130
    assert "it goes on from here" in said
    assert "Traceback" not in said


def test_changed_notebook_is_told_from_its_stub(course):
    """A section that was not touched has nbgrader's own remark, No response, and one that was has none."""
    book = solved()
    cell_of(book, "root").source += "\n# mine"
    hand_in(course, "solution", book)
    grade(course)
    question = """
        SELECT base_cell.name, comment.auto_comment FROM comment
        JOIN base_cell ON comment.cell_id = base_cell.id
        JOIN submitted_notebook ON comment.notebook_id = submitted_notebook.id
        JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
        WHERE submitted_assignment.student_id = ?
    """
    with sqlite3.connect(course / "gradebook.db") as database:
        found = dict(database.execute(question, ["half-first_two_done"]).fetchall())
    assert found["root"] is None
    assert found["documentation"] == "No response."
