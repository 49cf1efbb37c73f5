"""Who copied from whom: what is named in a class in which copies are planted, and what the page shows of it."""

import pytest
from support import plagiarism
from support.classroom import ROOT, filled, hand_in, run

from autograder.similarity.pairs import Document, alike
from labkit import course

LAB = course.load().lab("lab05_health")
HOSTILE = '\n\nMARKUP = "<script>alert(1)</script>"\n'


@pytest.fixture(scope="module")
def planted():
    """A class, and copies of whoever has enough of their own."""
    return plagiarism.planted(ROOT, LAB)


def test_independent_work_is_not_named(planted):
    """Of modules that are each somebody's own, right or wrong, no two are named."""
    honest, _ = planted
    assert sum(document.comparable for document in honest) >= 5
    assert [(pair.left.who, pair.right.who) for pair in alike(honest)] == []


@pytest.mark.parametrize("disguise", plagiarism.DISGUISES)
def test_copy_is_named_beside_whom_it_is_from(planted, disguise):
    """A copy is named with its source and with nobody else, whatever was done to names, comments and order."""
    honest, copies = planted
    for copy in (copy for copy in copies if copy.disguise == disguise):
        named = {pair.left.who: pair.right.who for pair in alike([*honest, copy.document])}
        assert named == {copy.victim: "copy"}


def test_code_that_all_have_is_no_evidence(planted):
    """What the whole class has written is an idiom of it; what two of the same class have is not."""
    honest, _ = planted
    [text, *_] = [document.text for document in honest if document.who.startswith("alternative/")]
    everybody = [Document(str(number), text, honest[0].given) for number in range(20)]
    assert alike(everybody) == []
    assert len(alike([*everybody[:2], *honest])) == 3  # with the one whose text it is


def test_page_shows_pairs_side_by_side(tmp_path, planted):
    """The page names a pair and marks what both have, as text; who cannot be compared is not passed over."""
    _, copies = planted
    copy = next(
        copy for copy in copies if copy.disguise == "everything_changed" and copy.victim.startswith("alternative/")
    )
    honest = {document.who: document.text for document in planted[0]}
    hand_in(tmp_path, "ada", filled(honest[copy.victim] + HOSTILE, LAB.id), lab=LAB.id)
    hand_in(tmp_path, "<b>bob", filled(copy.document.text + HOSTILE, LAB.id), lab=LAB.id)
    hand_in(tmp_path, "cleo", filled("", LAB.id), lab=LAB.id)
    hand_in(tmp_path, "damaged", {}, lab=LAB.id)
    said = run("python", "-m", "autograder", "copies", cwd=tmp_path)
    page = (tmp_path / "copies.html").read_text(encoding="utf-8")
    assert "has 1 pairs to look at" in said
    assert "A place to look, and no verdict." in page
    assert "3 submissions read, 1 of them with too little of their own" in page
    assert "Not read, so not compared: damaged." in page
    assert "&lt;b&gt;bob and ada" in page
    assert page.count('<mark title="part 1">') >= 2
    assert "<script" not in page
    assert "<b>bob" not in page


def test_nothing_handed_in_is_said(tmp_path):
    """Where nothing lies under submitted/ the message says what should, and no page is written."""
    said = run("python", "-m", "autograder", "copies", cwd=tmp_path, expect=2)
    assert "Nothing to grade: put notebooks at" in said
    assert not (tmp_path / "copies.html").exists()
