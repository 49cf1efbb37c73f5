"""Nothing that only a hidden check knows reaches a student."""

import zipfile

import pytest
from support.classroom import ROOT, filled, modules
from support.hidden_words import LABS, hidden_words

from autograder.authoring.bundle import bundle
from autograder.authoring.notebooks import build
from autograder.submissions import submission
from autograder.workers.pool import judge_all
from labkit.verdict import Outcome

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """All that students are given: what is in the bundle, and the notebooks that nbgrader releases."""
    with zipfile.ZipFile(bundle(ROOT, tmp_path_factory.mktemp("dist"))) as archive:
        texts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    return texts | {str(path): text for path, text in build(ROOT).items() if path.parts[0] == "notebooks"}


@pytest.mark.parametrize("lab", LABS)
def test_no_hidden_check_is_given_to_students(given, lab):
    """No name, sentence or input of a hidden check is in the bundle or in a notebook."""
    assert any(lab in name for name in given)
    assert [(word, name) for word in hidden_words(lab) for name, text in given.items() if word in text] == []


@pytest.mark.parametrize("lab", LABS)
def test_no_hidden_check_is_told_to_students(lab):
    """No name, sentence or input of a hidden check is in what a student reads whose module fails it."""
    known = submission.course().lab(lab)
    found = [sample for sample in modules(lab).values() if sample.kind in ("wrong", "half")][::9]
    books = [submission.notebook(filled(sample.text, lab), known, sample.path) for sample in found]
    results = judge_all(books)
    checks = [check for result in results for verdict in result.verdicts for check in verdict.checks]
    assert [check for check in checks if check.hidden and check.outcome is not Outcome.CORRECT]
    told = "\n".join(str(verdict) for result in results for verdict in result.verdicts)
    assert [word for word in hidden_words(lab) if word in told] == []
