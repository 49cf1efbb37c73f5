"""What `make verify` finds in a copy of the course that does not fit together."""

import shutil
from io import StringIO

import pytest
from rich.console import Console
from support.classroom import LAB, ROOT, modules

from autograder.authoring import corpus
from autograder.authoring.secrets import Secrets
from autograder.submissions import submission
from autograder.verify import _cases, verify
from labkit.course import CourseError

pytestmark = pytest.mark.sandbox

SECRET = "what nobody may know"
HIDDEN = f"""

def test_nobody_knows(api):
    \"\"\"{SECRET}\"\"\"
"""
RIGHT = '@app.get("/")\ndef greet():\n    """Greet whoever asks."""\n    return {"message": "Hello World"}\n'


@pytest.fixture
def top(tmp_path):
    """A copy of all that verify looks at, but for the modules of the corpus."""
    for name in ("course", "solutions", "notebooks", "labkit", "autograder"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".gitignore", tmp_path)
    return tmp_path


def wrong(top, name, header, root):
    place = top / "tests" / LAB / "wrong" / f"{name}.py"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"{header}\n\n# %% root\n{root}", encoding="utf-8")


def test_verify_finds_what_does_not_fit(top):
    """A notebook edited by hand, a module that is not what it says, and words of hidden checks are each named."""
    place = top / "notebooks" / f"{LAB}.ipynb"
    place.write_text(place.read_text(encoding="utf-8").replace("Hello", f"Hullo, {SECRET}"), encoding="utf-8")
    hidden = top / "autograder" / "hidden" / f"{LAB}.py"
    hidden.write_text(hidden.read_text(encoding="utf-8") + HIDDEN, encoding="utf-8")
    wrong(top, "not_wrong", "# fails: root\n# says: expected", RIGHT)
    wrong(top, "told", "# fails: root\n# says: expected\n# says_not: got", RIGHT.replace("Hello World", SECRET))
    said = StringIO()
    assert not verify(top, Console(file=said, width=200), LAB)
    lines = said.getvalue().splitlines()
    assert f"notebooks/{LAB}.ipynb is not what the build makes" in said.getvalue()
    assert "not_wrong.py: fails nothing, expected root" in lines
    assert "told.py: what it is told contains 'got', which is said of another mistake" in lines
    leaks = [line for line in lines if SECRET in line]
    assert leaks == [
        f"notebooks/{LAB}.ipynb says '{SECRET}', which is for the hidden checks of {LAB} alone",
        f"what told.py is told says '{SECRET}', which is for the hidden checks of {LAB} alone",
    ]


def test_what_only_hidden_checks_say_is_their_secret(top):
    """Names, sentences and longer inputs are secrets, where no visible check, solution or rationale says them, too."""
    lab = submission.course().lab(LAB)
    known = Secrets.of(top, lab)
    hidden = top / "autograder" / "hidden" / f"{LAB}.py"
    hidden.write_text(hidden.read_text(encoding="utf-8") + HIDDEN, encoding="utf-8")
    assert {*Secrets.of(top, lab).words} == {*known.words, SECRET, "test_nobody_knows"}
    visible = top / "autograder" / "checks" / f"{LAB}.py"
    visible.write_text(visible.read_text(encoding="utf-8") + f"# {SECRET}\n", encoding="utf-8")
    assert {*Secrets.of(top, lab).words} == {*known.words, "test_nobody_knows"}
    hidden.write_text("", encoding="utf-8")
    with pytest.raises(CourseError, match=f"autograder/hidden/{LAB}.py has no check"):
        Secrets.of(top, lab)


def test_corpus_of_the_first_lab_is_large_and_varied():
    """For lab01 verify judges at least 20 modules, three alternatives and ten mistakes among them."""
    kinds = [sample.kind for sample in modules().values()]
    assert len(kinds) >= 20
    assert kinds.count("alternative") >= 3
    assert kinds.count("wrong") >= 10


@pytest.mark.parametrize("lab", submission.course().labs, ids=lambda lab: lab.id)
def test_every_exercise_is_judged_beside_a_mistake_that_is_not_its_own(lab):
    """Of a wrong module all that it changes or fails is judged, and of its other exercises one that is no live run."""
    samples = {sample.path: sample for sample in corpus.samples(ROOT, lab)}
    beside = set()
    for case in _cases(ROOT, lab, whole=False):
        if case.kind == "wrong" and not samples[case.handed_in.source].beside:
            own = samples[case.handed_in.source].changed | corpus.names(case.expected["fails"])
            judged = {exercise.id for exercise in case.handed_in.lab.exercises}
            assert own - {"setup"} <= judged
            beside |= judged - own
            assert not judged & corpus.also(samples[case.handed_in.source])
    assert beside == {exercise.id for exercise in lab.exercises if not exercise.live}
