"""lab02's picture in JupyterLab: a request that is put together with sliders, and what the server says to it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

LAB = "lab02_validation"


def line(drawn: Locator, name: str) -> Locator:
    """The line of a field in the explorer."""
    return drawn.locator(".widget-hbox", has=drawn.page.locator(f"[data-field={name}]"))


def test_a_bound_is_crossed(prepared, page, picture):
    """A slider moved past its bound sends a real request: the 422 and its loc are shown, and the field is marked."""
    solved = "applicant_fields", "realistic_income", "affordable_loan"
    notebook = prepared(LAB, *solved, cells=r'^lab\.explore\("POST", "/(applicants"\)|loans")')
    loan = line(notebook.shown(notebook.find('lab.explore("POST", "/loans"')), "loan_amount")
    expect(loan.locator("input[type=text]")).to_have_value("10001")  # the slider's own rounding has not come back
    drawn = notebook.shown(notebook.find('lab.explore("POST", "/applicants"'))
    drawn.scroll_into_view_if_needed()
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
    notebook.theme("Dark")
    drawn.scroll_into_view_if_needed()
    picture("dark")
    assert notebook.stderr() == []
