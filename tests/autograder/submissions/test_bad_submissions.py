"""Batches with broken submissions in them, and commands that are called wrongly."""

import json
import re
import shutil
from dataclasses import replace

import pytest
from support.classroom import LAB, ROOT, course_directory, hand_in, run, solved
from support.damaged import DAMAGES

from autograder.authoring.bundle import bundle, contents
from autograder.gradebook.gradebook import Gradebook
from autograder.judging import record
from autograder.judging.judge import judge
from autograder.submissions import submission
from autograder.workers import work
from labkit.verdict import CheckResult, Outcome

pytestmark = [
    pytest.mark.nbgrader,
    # nbgrader's own, of its database layer
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::DeprecationWarning"),
]


def damage(name):
    """One of the damages that test_damaged looks at one by one."""
    return DAMAGES[name][0]


def two(folder):
    (folder / "draft.ipynb").write_text("{}", encoding="utf-8")


def two_of_other_names(folder):
    written = (folder / f"{LAB}.ipynb").read_text(encoding="utf-8")
    (folder / "a.ipynb").write_text(written.replace("Hello World", "Hello"), encoding="utf-8")
    (folder / f"{LAB}.ipynb").rename(folder / "b.ipynb")


def twice_under_other_names(folder):
    shutil.copy(folder / f"{LAB}.ipynb", folder / "a.ipynb")
    (folder / f"{LAB}.ipynb").rename(folder / "b.ipynb")


def linked(folder):
    (folder / f"{LAB}.ipynb").rename(folder.parent / "elsewhere.ipynb")
    (folder / f"{LAB}.ipynb").symlink_to(folder.parent / "elsewhere.ipynb")


BATCH = {
    "truncated": (damage("truncated"), 0, "not valid JSON"),
    "emptied": (damage("emptied"), 0, "is empty"),
    "missing": (damage("missing"), 0, "no notebook"),
    "renamed": (damage("renamed"), 12, "is called Lab 1 (copy).ipynb"),
    "two": (two, 12, "Besides"),
    "two of other names": (two_of_other_names, 0, "2 notebooks"),
    "twice under other names": (twice_under_other_names, 12, "the others are the same"),
    "linked": (linked, 0, "link"),
    "duplicated": (damage("duplicated"), 12, "2 cells of root"),
    "deleted": (damage("deleted"), 11, "The cell of root is missing."),
    "more points": (damage("more points"), 12, ""),
    "name [x] *? ünï": (lambda folder: None, 12, ""),
    "honest": (lambda folder: None, 12, ""),
}


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """A class in which most submissions are damaged, each in its own way, graded in one go."""
    course = course_directory(tmp_path_factory.mktemp("batch"))
    for student, (change, _, _) in BATCH.items():
        change(hand_in(course, student, solved()).parent)
    said = run("-m", "autograder", "grade", "--json", "results.json", cwd=course, COLUMNS="300")
    found = json.loads((course / "results.json").read_text(encoding="utf-8"))["results"]
    return course, said, {result["student"]: result for result in found}


@pytest.mark.parametrize("student", BATCH)
def test_batch_goes_on(batch, student):
    """Each gets the marks of the honest parts and an incident in words; nobody costs a neighbour anything."""
    course, said, results = batch
    _, score, incident = BATCH[student]
    result = results[student]
    assert (result["score"], result["max_score"]) == (score, 12)
    assert incident in " ".join(result["incidents"])
    assert bool(incident) == bool(result["incidents"])
    assert incident in said
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        assert gradebook.find_submission(LAB, student).score == score
    assert (course / "feedback" / student / LAB / f"{LAB}.html").exists()
    assert student in (course / "grades.csv").read_text(encoding="utf-8")


def test_nbgrader_autograde_stands_it_too(tmp_path):
    """Nbgrader's own autograde, with our configuration, grades the whole batch as well."""
    course = course_directory(tmp_path)
    run("nbgrader", "generate_assignment", LAB, cwd=course)
    chosen = ["truncated", "emptied", "duplicated", "deleted", "more points", "honest"]
    for student in chosen:
        BATCH[student][0](hand_in(course, student, solved()).parent)
    run("nbgrader", "autograde", LAB, cwd=course)
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        assert {student: gradebook.find_submission(LAB, student).score for student in chosen} == {
            student: BATCH[student][1] for student in chosen
        }


@pytest.mark.parametrize("outcome", [Outcome.CHECKER_ERROR, Outcome.HELD])
def test_check_that_fails_by_itself_asks_for_a_human(tmp_path, outcome):
    """Where the checker failed, or an exercise is held back, nbgrader shows the cell as one for a human to mark."""
    from nbgrader.api import Gradebook as Stock

    course = course_directory(tmp_path)
    found = judge(submission.read(hand_in(course, "ada", solved())))
    broken = CheckResult("test_x", "x", False, outcome, "KeyError: ours")
    first = replace(found.verdicts[0], checks=[*found.verdicts[0].checks, broken])
    lab = found.submission.lab
    result = record.of(replace(found, verdicts=(first, *found.verdicts[1:])))
    with Gradebook(course) as book:
        book.require(lab)
        assert book.record(work.prepare(found.submission, lab, result), "") == ""
    with Stock(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        assert gradebook.find_grade("check-root", LAB, LAB, "ada").needs_manual_grade
        assert not gradebook.find_grade("check-documentation", LAB, LAB, "ada").needs_manual_grade


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["judge", "nowhere.ipynb"], "no such file"),
        (["judge", "results.txt"], "neither a notebook"),
        (["judge", f"{LAB}.ipynb", "--lab", "lab99_nothing"], LAB),
        (["judge", f"{LAB}.ipynb", "--json", "nowhere/results.json"], "folder does not exist"),
        (["judge"], "FILE"),
        (["grade"], "nbgrader collect"),
        (["grade", "--lab", "lab99_nothing"], LAB),
    ],
)
def test_unusable_arguments(tmp_path, arguments, advice):
    """Arguments that cannot be used end with status 2 and say what to do."""
    (tmp_path / "results.txt").touch()
    (tmp_path / f"{LAB}.ipynb").write_text(json.dumps(solved()), encoding="utf-8")
    assert advice in run("-m", "autograder", *arguments, cwd=tmp_path, expect=2)


def test_judge_ends_with_0_whatever_the_scores(tmp_path):
    """The exit status says that the judge worked, not that the work is good."""
    (tmp_path / f"{LAB}.ipynb").write_text("", encoding="utf-8")
    (tmp_path / f"{LAB}.py").write_text("", encoding="utf-8")
    run("-m", "autograder", "judge", f"{LAB}.ipynb", f"{LAB}.py", "--json", "results.json", cwd=tmp_path)
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["results"]
    assert [result["score"] for result in results] == [0, 0]
    assert "empty" in results[0]["incidents"][0]


def test_bundle_has_no_solution_and_no_hidden_check(tmp_path):
    """The student's bundle is the same bytes each time, and holds nothing that gives an answer away."""
    first, second = bundle(ROOT, tmp_path / "a"), bundle(ROOT, tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    names = {path.relative_to(ROOT).as_posix() for path in contents(ROOT)}
    assert {"Makefile", f"notebooks/{LAB}.ipynb", f"autograder/checks/{LAB}.py", "labkit/course.json"} <= names
    assert not [name for name in names if name.startswith(("solutions", "course", "autograder/hidden", "tests"))]


def test_every_link_of_the_readme_leads_to_a_file_of_the_bundle():
    """What the README links to, and every picture in it, is there for a student, too."""
    linked = set(re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert {"CONTRIBUTING.md", "docs/lab01.png"} <= linked
    assert linked <= {path.relative_to(ROOT).as_posix() for path in contents(ROOT)}
