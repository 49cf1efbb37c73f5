"""A class that was graded, and copies of it."""

import shutil
from pathlib import Path

import pytest
from support.graded_class import CHOSEN, a_class, grade, judged


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """A class that was graded without interruption."""
    course = a_class(tmp_path_factory.mktemp("whole"))
    assert judged(grade(course)) == len(CHOSEN)
    return course


@pytest.fixture
def course(whole, tmp_path):
    """A copy of the graded class."""
    return Path(shutil.copytree(whole, tmp_path / "course", copy_function=shutil.copy2))
