"""lab02, worked through in JupyterLab as a student does."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from autograder.authoring.stubs import unmarked
from labkit.sections import parse

from .notebook import Notebook
from .test_lab01_in_jupyterlab import judged
from .workbench_copy import REPOSITORY

LAB = "lab02_validation"
EXERCISES = {
    "item_body": 2,
    "applicant_fields": 4,
    "realistic_income": 2,
    "affordable_loan": 2,
    "private_response": 3,
    "examples": 2,
}
REFERENCE = (REPOSITORY / "solutions" / f"{LAB}.py").read_text(encoding="utf-8")
SOLUTION = {section.name: section.source.rstrip() for section in parse(unmarked(REFERENCE))}
APPLICANTS = 'lab.explore("POST", "/applicants")'


@pytest.fixture
def notebook(page, fresh) -> Notebook:
    """The lab's notebook, open in JupyterLab."""
    return Notebook.open(page, fresh, LAB)


def begin(notebook: Notebook, *names: str) -> None:
    """Open the lab, and solve these exercises."""
    notebook.run(notebook.find("import labkit"))
    notebook.run(notebook.find("%%section setup"))
    for name in names:
        notebook.write(notebook.find(f"%%section {name}"), f"%%section {name}\n{SOLUTION[name]}")


def line(drawn: Locator, name: str) -> Locator:
    """The line of a field in the explorer."""
    return drawn.locator(".widget-hbox", has=drawn.page.locator(f"[data-field={name}]"))


def test_the_whole_notebook_with_the_solutions(notebook, fresh, picture, tmp_path):
    """With the solutions every cell runs from top to bottom, every check is correct, and nothing complains."""
    for name in EXERCISES:
        notebook.type(notebook.find(f"%%section {name}"), f"%%section {name}\n{SOLUTION[name]}")
    notebook.restart_and_run_all()
    for name, points in EXERCISES.items():
        place = notebook.find(f'lab.check("{name}")')
        assert f"✓ {name}: correct, {points} of {points} point" in notebook.text(place)
    assert "15 of 15 points" in notebook.text(notebook.find("lab.progress()"))
    assert notebook.stderr() == []
    explorers = [place for place, source in enumerate(notebook.sources()) if source.startswith("lab.explore(")]
    for place, status in zip(explorers, ("200", "422", "422", "422"), strict=True):
        drawn = notebook.shown(place)
        drawn.scroll_into_view_if_needed()
        expect(drawn.locator(".labkit-explorer .head .status")).to_contain_text(status)
        picture(f"explorer-{place}")
    notebook.save()
    amount = line(notebook.shown(explorers[-1]), "loan_amount").locator("input[type=text]")
    expect(amount).to_have_value("10001")  # the slider's own rounding has not come back
    assert judged(fresh.root / "notebooks" / f"{LAB}.ipynb", tmp_path / "results.json") == EXERCISES


def test_the_notebook_before_anything_is_written(notebook, fresh, picture):
    """With untouched stubs every cell runs as well, and every exercise is not attempted."""
    notebook.restart_and_run_all()
    for name in EXERCISES:
        assert f"○ {name}: not attempted" in notebook.text(notebook.find(f'lab.check("{name}")'))
    assert "the API has no POST /applicants" in notebook.text(notebook.find(APPLICANTS))
    assert notebook.stderr() == []


def test_a_bound_is_crossed(notebook, page, picture):
    """A slider moved past its bound sends a real request: the 422 and its loc are shown, and the field is marked."""
    begin(notebook, "applicant_fields", "realistic_income")
    place = notebook.find(APPLICANTS)
    notebook.run(place)
    drawn = notebook.shown(place)
    expect(drawn.locator(".head .status")).to_contain_text("200")
    picture("inside")
    age = line(drawn, "age")
    age.locator(".noUi-handle").hover()  # once nothing moves any more
    page.mouse.down()
    track = age.locator(".noUi-base").bounding_box()
    page.mouse.move(track["x"] + track["width"] - 3, track["y"] + track["height"] / 2, steps=5)
    page.mouse.up()
    expect(age.locator(".fault")).to_contain_text("body.age: Input should be less than or equal to 119")
    expect(drawn.locator(".head .status")).to_contain_text("422")
    sent = int(re.search(r'"age": (\d+)', drawn.locator(".wire").first.inner_text())[1])
    assert sent > 119
    expect(drawn.locator(".wire").last).to_contain_text('"loc": ["body", "age"]')
    picture("age")
    picture("explorer", drawn, readme="lab02.png")
    purpose = line(drawn, "purpose")
    purpose.locator("input[type=text]").fill("boat")
    page.keyboard.press("Enter")
    expect(purpose.locator(".fault")).to_contain_text("body.purpose: Input should be 'home', 'car'")
    income = line(drawn, "income")
    income.locator("input[type=text]").fill("NaN")
    page.keyboard.press("Enter")
    expect(income.locator(".fault")).to_contain_text("body.income: Input should be")
    score = line(drawn, "credit_score")
    score.locator("input[type=checkbox]").uncheck()
    expect(score.locator(".fault")).to_contain_text("body.credit_score: Field required")
    expect(drawn.locator(".wire").first).not_to_contain_text("credit_score")
    picture("all")
    notebook.theme("Dark")
    drawn.scroll_into_view_if_needed()
    picture("dark")
    assert notebook.stderr() == []


def test_a_password_that_comes_back_is_seen(notebook, picture):
    """Without response_model the check says that the password goes out, and what to try."""
    begin(notebook)
    place = notebook.find("%%section private_response")
    notebook.write(
        place, f"%%section private_response\n{SOLUTION['private_response'].replace(', response_model=User', '')}"
    )
    text = notebook.check("private_response")
    assert "✗ private_response: incorrect, 0 of 3 points" in text
    assert "try       what goes out is a model that has no password: name it with response_model=..." in text
    picture("verdict")
    assert notebook.stderr() == []
