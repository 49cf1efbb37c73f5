"""What CONTRIBUTING tells authors is so."""

import re

import pytest

from labkit.environment import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CHECKS = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("autograder/*/lab*.py"))
EXAMPLES = re.findall(r"^\| `.*\| `([^|]+)` \|$", TEXT[TEXT.index("| Word |") :], re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_a_word_is_a_real_one(example):
    """What is shown of a word that checks are written with stands in a check."""
    assert example in CHECKS


@pytest.mark.parametrize("house", ["labkit", "autograder"])
def test_every_package_is_named_with_a_sentence(house):
    """The page on where things live names each package, and none that is not there."""
    floors = re.search(rf"^{house}/\n((?:  \w+/ .*\n)+)", TEXT, re.MULTILINE)[1]
    named = {line.strip().partition("/")[0] for line in floors.splitlines()}
    assert named == {path.name for path in (ROOT / house).iterdir() if next(path.glob("*.py"), None)}


def test_every_file_that_is_named_is_there():
    """A path of the repository that stands in the text, and is no example of a new lab, leads to a file or a folder."""
    paths = re.findall(r"`((?:labkit|autograder|tests|course|solutions|docs)/[\w./]*)`", TEXT)
    old = [path for path in paths if "lab15_graphs" not in path and "NN" not in path]
    assert [path for path in old if not (ROOT / path).exists()] == []
    assert len(old) > 10
