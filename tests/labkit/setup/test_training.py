"""The models that the labs serve: trained once, honestly, into the workbook's data/."""

import subprocess
import sys
import warnings

import joblib
import pytest
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

from labkit.paths import HOME
from labkit.setup import training

pytestmark = pytest.mark.program


@pytest.fixture
def workbook(tmp_path, monkeypatch):
    """A folder that is no workbook, so that what is trained goes into its own data/."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_model_lies_where_a_module_looks_for_it(workbook):
    """The path is data/iris.joblib beside the folder of the modules, also where neither was there before."""
    assert training.iris() == workbook / "data" / "iris.joblib"
    assert [path.name for path in (workbook / "data").iterdir()] == ["iris.joblib"]


def test_what_is_saved_is_what_the_labs_serve(workbook):
    """The file holds a classifier, the names of its classes in the order of its numbers, and a version."""
    saved = joblib.load(training.iris())
    assert saved["classes"] == ["setosa", "versicolor", "virginica"]
    assert saved["model"].classes_.tolist() == [0, 1, 2]
    assert saved["version"] == "1.0.0"


def test_the_model_was_trained_on_a_part_of_the_flowers(workbook):
    """It knows flowers that it has never seen, most of them, and is not perfect: nothing of them has leaked."""
    flowers = load_iris()
    _, unseen, _, classes = train_test_split(
        flowers.data, flowers.target, test_size=training.TEST, stratify=flowers.target, random_state=training.SEED
    )
    assert 0.9 <= joblib.load(training.iris())["model"].score(unseen, classes) < 1


def test_a_model_that_is_there_is_kept(workbook):
    """It is trained once: asking again changes nothing."""
    before = training.iris().stat()
    assert training.iris().stat().st_mtime_ns == before.st_mtime_ns


def test_a_model_without_a_reference_gets_one(workbook):
    """A model that was saved before there was a reference stays as it is; its inputs are told in full bins."""
    saved = joblib.load(training.iris())
    joblib.dump({key: saved[key] for key in ("model", "classes", "version")} | {"version": "mine"}, training.iris())
    found = joblib.load(training.iris())
    assert found["version"] == "mine"
    for edges, shares in zip(found["reference"]["edges"], found["reference"]["shares"], strict=True):
        assert edges == sorted(set(edges))
        assert len(shares) == len(edges) + 1
        assert min(shares) > 0
        assert sum(shares) == pytest.approx(1)


@pytest.mark.parametrize("content", [b"", b"not a model"])
def test_a_file_that_is_no_model_is_replaced(workbook, content):
    """A damaged file is trained anew."""
    training.iris().write_bytes(content)
    assert joblib.load(training.iris())["version"] == "1.0.0"


def test_a_model_of_another_scikit_learn_is_replaced(workbook):
    """A model that scikit-learn would warn of is trained anew, so that no cell prints the warning."""
    saved = joblib.load(training.iris())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sklearn.base.__version__", "0.1")
        joblib.dump(saved, workbook / "data" / "iris.joblib")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        joblib.load(training.iris())


def test_make_data_trains_them(workbook):
    """`python -m labkit.setup.training`, which is `make data`, says where the models are."""
    command = [sys.executable, "-W", "error", "-m", "labkit.setup.training"]
    done = subprocess.run(command, cwd=workbook, capture_output=True, text=True, timeout=300)
    trained = [str(workbook / "data" / f"{name}.joblib") for name in ("iris", "digits")]
    assert (done.stdout.splitlines(), done.stderr) == (trained, "")
    assert "$(RUN) -m labkit.setup.training" in (HOME / "Makefile").read_text(encoding="utf-8")
