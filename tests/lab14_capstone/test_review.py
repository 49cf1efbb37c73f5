"""The readiness review: what a student's own service says to each point of the checklist, on a page to keep."""

import pytest

import labkit
from autograder.authoring import stubs
from labkit import sections
from labkit.environment import ROOT

pytestmark = pytest.mark.program

SOLUTION = (ROOT / "solutions" / "lab14_capstone.py").read_text("utf-8")


@pytest.fixture
def lab(workbook, monkeypatch):
    """The lab as it is opened, nothing written yet."""
    monkeypatch.setenv("CACHE_URL", "")
    monkeypatch.delenv("CACHE_URL")
    monkeypatch.setenv("RATE", "0.001")  # on a busy machine the usual bucket is filled faster than it is emptied
    opened = labkit.open("lab14_capstone")
    yield opened
    opened.server.stop()
    opened.store.stop()


def test_a_service_that_is_ready(lab):
    """Every point is met; the page has what was asked and answered, who taught it, and what is left out, offline."""
    for section in sections.parse(stubs.unmarked(SOLUTION)):
        lab.write(section.name, section.source)
    review = lab.readiness_review()
    assert "10 of 10 points" in str(review), str(review)
    page = (lab.draft.path.parent / "lab14_capstone.review.html").read_text("utf-8")
    assert page == review.page()
    assert "application/problem+json" in page
    assert "taught in 11 " in page
    assert "Kubernetes" in page
    assert "src=" not in page
    assert "href=" not in page


def test_a_service_that_is_half_done(lab):
    """A point that is not met says what the service has answered instead; so does one that cannot be asked."""
    setup = next(section for section in sections.parse(stubs.strip(SOLUTION)) if section.name == "setup")
    lab.write("setup", setup.source)
    review = lab.readiness_review()
    assert "✓ Monitoring" not in str(review)
    assert "✓ Validation" in str(review)
    assert "POST /v1/predict: 404" in str(review)
    assert "404\n{&quot;detail&quot;:&quot;Not Found&quot;}" in review.page()
    lab.write("setup", "app = None")
    assert "0 of 10 points" in lab.readiness_review().html()
