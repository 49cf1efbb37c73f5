"""The corpus: each module is made of the sections that it changes and of the solution's."""

import pytest

from autograder.authoring.corpus import compose, headers, names, samples
from labkit import sections
from labkit.course import CourseError, Lab

EXERCISE = {"title": "T", "points": 1, "difficulty": 1, "minutes": 1, "hints": ["H."], "hidden": "None."}
EXERCISES = [{"id": name, **EXERCISE} for name in ("first", "second")] + [{"id": "notes", "file": "notes", **EXERCISE}]
NUMBERS = Lab.model_validate({"id": "lab01_numbers", "title": "Numbers", "minutes": 5, "exercise": EXERCISES})
SOLUTION = '''"""Numbers."""

# %% setup
ONE = 1

# %% first
def first():
    """Return the first number."""
    # BEGIN SOLUTION
    return ONE
    # END SOLUTION

# %% second --before first
# BEGIN SOLUTION
def second():
    return ONE + ONE
# END SOLUTION
'''
WRONG = "# It counts from zero.\n# fails: first\n# says: expected 1\n\n# %% first\ndef first():\n    return 0\n"


@pytest.fixture
def top(tmp_path):
    """A repository with the solution of one lab, and no module in its corpus yet."""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "lab01_numbers.py").write_text(SOLUTION, encoding="utf-8")
    return tmp_path


def put(top, name, text):
    path = top / "tests" / "lab01_numbers" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_headers_are_read_from_the_first_comments_alone():
    """A header is a line of a key and its value in the comments that a file begins with, whatever stands below."""
    text = "# A sentence: with a colon.\n# fails: a, b\n# says:   two words \n# alone:\n\n# points: 3\n"
    assert headers(text) == {"fails": "a, b", "says": "two words", "alone": ""}
    assert headers("# fails: a\n# %% a\n# points: 3\n") == {"fails": "a"}
    assert headers('"""A module."""\n# fails: a\n') == headers("") == {}


def test_names_are_separated_by_commas():
    """A header's names are separated by commas; spaces around them do not count."""
    assert names(" a,b , c,") == {"a", "b", "c"}
    assert names("") == set()


def test_what_an_overlay_leaves_out_is_the_solutions():
    """The other sections are the solution's, without the marks of its regions, each in its place."""
    module = compose(NUMBERS, WRONG, SOLUTION)
    found = {section.name: section for section in sections.parse(module)}
    assert list(found) == ["setup", "second", "first"]
    assert found["first"].source == "def first():\n    return 0\n"
    assert found["second"].source == "def second():\n    return ONE + ONE\n"
    assert module.startswith('"""Numbers."""\n\n# %% setup\nONE = 1\n')
    assert "SOLUTION" not in module


def test_a_mark_in_an_overlay_says_where_its_section_stands():
    """A section whose mark names no other stands where the notebook has it, wherever the solution's stands."""
    module = compose(NUMBERS, "# %% second\ndef second():\n    return 2\n", SOLUTION)
    assert [section.name for section in sections.parse(module)] == ["setup", "first", "second"]


def test_what_is_not_attempted_is_a_stub():
    """A section that the header calls not attempted is the stub that students are given, in the notebook's order."""
    found = sections.parse(compose(NUMBERS, "# Hardly begun.\n# not_attempted: first, second\n", SOLUTION))
    assert [section.name for section in found] == ["setup", "first", "second"]
    assert [section.source.splitlines()[-1] for section in found[1:]] == [
        "    raise NotImplementedError",
        "# YOUR CODE: about 2 lines",
    ]


@pytest.mark.parametrize(
    "whole",
    [
        pytest.param("# points: 3\ndef first():\n    return 1\n", id="no marks"),
        pytest.param("# alone:\n\n# %% first\ndef first():\n    return 1\n", id="alone"),
    ],
)
def test_a_whole_module_is_taken_as_it_is(whole):
    """Nothing is added to a module without marks, nor to one whose header says that it is alone."""
    assert compose(NUMBERS, whole, SOLUTION) == whole


def test_samples_are_whole_modules_and_files_beside_them(top):
    """A sample has its kind, its headers and the text of the whole module; of a file beside one, the file's."""
    wrong = put(top, "wrong/zero.py", WRONG)
    beside = put(top, "alternative/short.notes", "# points: 1\nOne.\n")
    first, second = samples(top, NUMBERS)
    assert (first.kind, first.path, first.beside, first.text) == ("alternative", beside, "notes", "# points: 1\nOne.\n")
    assert (second.kind, second.path, second.beside) == ("wrong", wrong, None)
    assert second.headers == {"fails": "first", "says": "expected 1"}
    assert second.text == compose(NUMBERS, WRONG, SOLUTION)


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("wrong/a.py", f"{WRONG}\n# %% setup\nONE = 1  \n", "section setup says nothing new: remove it"),
        ("wrong/a.py", f"{WRONG}\n# %% setup\n\n# one\nONE = 1\n", "section setup says nothing new: remove it"),
        (
            "half/a.py",
            "# not_attempted: second\n\n# %% second\n# YOUR CODE: about 2 lines\n",
            "section second says nothing new: remove it",
        ),
        ("half/a.py", "# fials: first\n", "there is no header `# fials:`; there are alone, also, fails, not_attempted"),
        ("wrong/a.py", "# fails: first\n# says:\n", "its first comments need `# fails:` and `# says:`"),
        ("half/a.py", "# %% third\nx = 1\n", "the lab has no section third"),
        (
            "half/a.py",
            f"# alone:\n{SOLUTION}",
            "it leaves no section out: remove `# alone:`, and",
        ),
    ],
)
def test_what_is_not_written_as_an_overlay_is_named(top, name, text, problem):
    """What says nothing new, is unknown, or is missing is an error that names the file and what to do."""
    put(top, name, text)
    put(top, "wrong/right.py", WRONG)
    with pytest.raises(CourseError) as error:
        samples(top, NUMBERS)
    assert str(error.value).startswith(f"tests/lab01_numbers/{name}: {problem}")
    assert len(str(error.value).splitlines()) == 1


def test_every_problem_is_named_at_once(top):
    """All that is wrong with a corpus is said in one go, one line each."""
    put(top, "wrong/a.py", "# x: 1\n")
    put(top, "wrong/b.py", f"{WRONG}\n# %% setup\nONE = 1\n")
    with pytest.raises(CourseError) as error:
        samples(top, NUMBERS)
    assert [line.split(":")[0].rpartition("/")[2] for line in str(error.value).splitlines()] == ["a.py", "a.py", "b.py"]
