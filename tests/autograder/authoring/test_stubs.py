"""What a student is given is derived from the solution."""

import pytest

from autograder.authoring import stubs
from autograder.authoring.stubs import strip, unmarked
from labkit.course import CourseError, Lab

EXERCISE = {"title": "t", "points": 1, "difficulty": 1, "minutes": 1, "hints": ["h"], "hidden": "h"}
LAB = Lab.model_validate({"id": "lab01_x", "title": "t", "minutes": 1, "exercise": [EXERCISE | {"id": "one"}]})
SOLUTION = "# %% setup\napp = 1\n# %% one\n# BEGIN SOLUTION\nx = 1\n# END SOLUTION\n"


def test_the_body_of_a_function_becomes_a_stub_that_raises():
    """An indented region becomes NotImplementedError under the number of its lines of code, comments not counted."""
    source = (
        "def f():\n    '''Doc.'''\n    # BEGIN SOLUTION\n    # why\n\n    x = 1\n    return x\n    # END SOLUTION\n"
    )
    stub = "def f():\n    '''Doc.'''\n    # YOUR CODE: about 2 lines\n    raise NotImplementedError\n"
    assert strip(source) == stub


def test_a_region_at_the_top_level_becomes_a_comment():
    """A region at the top level leaves nothing that raises, so that the module can still be imported."""
    assert strip("a\n# BEGIN SOLUTION\nb\n# END SOLUTION\nc\n") == "a\n# YOUR CODE: about 1 line\nc\n"


def test_a_solution_without_marks_is_what_a_student_would_have_written():
    """Unmarking removes the marks and nothing else."""
    assert unmarked("a\n    # BEGIN SOLUTION\n    b\n    # END SOLUTION\n") == "a\n    b\n"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("# BEGIN SOLUTION\nx\n", "never closed"),
        ("x\n# END SOLUTION\n", "never began"),
        ("# BEGIN SOLUTION\nx\n# BEGIN SOLUTION\ny\n# END SOLUTION\n", "inside another"),
        ("# BEGIN SOLUTION\n# nothing\n\n# END SOLUTION\n", "empty"),
    ],
)
def test_regions_that_do_not_match_are_named(source, problem):
    """A region that is open, never opened, nested or empty is an error that names the place and the problem."""
    with pytest.raises(CourseError, match=f"here: .*{problem}"):
        strip(source, "here")


@pytest.mark.parametrize(
    ("solution", "problem"),
    [
        (SOLUTION.replace("one", "two"), "solutions/lab01_x.py has no section: one|does not have: two"),
        (SOLUTION.replace("# %% setup\n", ""), "no section: setup"),
        (SOLUTION + "# %% extra\n", "course/lab01_x.toml does not have: extra"),
        (SOLUTION + "# %% one\nx\n", "two sections called one"),
        (SOLUTION.replace("# END SOLUTION", ""), "section one: a region is never closed"),
        ("# %% setup\napp = 1\n# %% one\nx = 1\n", "section one: nothing is left to the student"),
    ],
)
def test_a_solution_that_does_not_fit_its_lab_is_refused(solution, problem):
    """A section missing, unknown, there twice or without a region is an error that names it."""
    with pytest.raises(CourseError, match=problem):
        stubs.read_solution(LAB, solution)


def test_a_solution_is_read_by_section():
    """Each section of a solution is found by its name."""
    assert stubs.read_solution(LAB, SOLUTION)["setup"].source == "app = 1\n"
