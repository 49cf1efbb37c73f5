"""The hidden checks of lab02_validation: the contract of the visible ones, with other inputs."""

from __future__ import annotations

import json

from labkit.checks.api import Api, exercise
from labkit.labs.lab02_validation.endpoints import APPLICANTS, ITEMS, LOANS, USERS, literal, post_text, silent, without
from labkit.openapi.examples import shown

NO_OBJECTS = ["[]", "7", '"Hammer"', "null", "", '{"name": "Hammer"', "{'name': 'Hammer'}"]


@exercise("item_body")
def test_other_items(api: Api) -> None:
    """Other names and prices come back."""
    ITEMS.passes(api, "name", ["é" * 50, "Nail, 40 mm", "螺丝"])
    ITEMS.passes(api, "price", [1, 0.001, 99999.5])


@exercise("item_body")
def test_far_outside(api: Api) -> None:
    """Names and prices further outside are refused, and so is what is no boolean, or no finite number."""
    ITEMS.fails(api, "name", ["z" * 400, 7, None, ["Hammer"]])
    ITEMS.fails(api, "price", [-0.01, -5000, None, [1]])
    ITEMS.fails(api, "is_offer", ["maybe", 7, {}])
    for value in ("NaN", "-Infinity", "1e400"):
        post_text(api, "/items", literal(ITEMS.body, price=value)).refuse("price")


@exercise("item_body")
def test_no_item_at_all(api: Api) -> None:
    """A body that is no object is refused."""
    for text in NO_OBJECTS:
        reply = post_text(api, "/items", text)
        if not 400 <= reply.status < 500:
            reply.fail("422")


@exercise("applicant_fields")
def test_other_applicants(api: Api) -> None:
    """Other valid applicants come back."""
    APPLICANTS.passes(api, "age", [2, 64, 118])
    APPLICANTS.passes(api, "credit_score", [301, 555, 849])
    APPLICANTS.passes(api, "income", [1, 48250.75, 9_000_000])


@exercise("applicant_fields")
def test_further_outside(api: Api) -> None:
    """Numbers further outside are refused."""
    APPLICANTS.fails(api, "age", [-7, 121, 1000, 0.5, 118.5, 119.5])
    APPLICANTS.fails(api, "credit_score", [0, -700, 298, 852, 8500, 700.5])
    APPLICANTS.fails(api, "income", [-0.01, -52000])


@exercise("applicant_fields")
def test_other_types(api: Api) -> None:
    """Null, lists, objects and words that are no numbers are refused in every field."""
    for name in APPLICANTS.body:
        APPLICANTS.fails(api, name, [None, [], {}, "many"])


@exercise("applicant_fields")
def test_other_purposes(api: Api) -> None:
    """Other words are no purposes, however close they are."""
    APPLICANTS.fails(api, "purpose", ["", "Home", "HOME", "house", "cars", "home car", 1])


@exercise("applicant_fields")
def test_other_unknown_fields(api: Api) -> None:
    """Other unknown fields are refused, whatever is in them."""
    for name, value in {"loan_amount": 1000, "Age": 35, "nickname": None, "creditScore": 700}.items():
        APPLICANTS.fails(api, name, [value])


@exercise("applicant_fields")
def test_numbers_that_are_none(api: Api) -> None:
    """Numbers that are not finite, or larger than any, are refused in every field."""
    for name in ("age", "credit_score", "income"):
        for value in ("NaN", "Infinity", "-Infinity", "1e400"):
            post_text(api, "/applicants", literal(APPLICANTS.body, **{name: value})).refuse(name)
    post_text(api, "/applicants", literal(APPLICANTS.body, age="9" * 300)).refuse("age")


@exercise("realistic_income")
def test_other_unrealistic_incomes(api: Api) -> None:
    """Other incomes above the bound are unrealistic."""
    for income in (10_000_000.01, 10_500_000, 1e12):
        APPLICANTS.post(api, income=income).refuse("unrealistic")


@exercise("realistic_income")
def test_other_incomes(api: Api) -> None:
    """Other incomes below it come back."""
    APPLICANTS.passes(api, "income", [9_999_999.99, 10, 123_456.75])


@exercise("affordable_loan")
def test_other_loans(api: Api) -> None:
    """Other loans are answered by the same rule."""
    for income, amount in ((1000.0, 10_000.0), (250.5, 2505.0), (9e6, 1.0), (10_000_000.0, 100_000_000.0)):
        body = LOANS.body | {"income": income, "loan_amount": amount}
        api.post("/loans", json=body).expect(200, LOANS.answer(body))
    for income, amount in ((1000.0, 10_001.0), (250.5, 2505.5), (1.0, 11.0), (10_000_000.0, 100_000_001.0)):
        LOANS.post(api, income=income, loan_amount=amount).refuse("loan_amount")


@exercise("affordable_loan")
def test_rule_without_its_fields(api: Api) -> None:
    """A request in which a field of the rule is no number is refused by that field."""
    for name in ("income", "loan_amount"):
        LOANS.fails(api, name, ["much", None, [1000], {}])
        for value in ("NaN", "-Infinity"):
            post_text(api, "/loans", literal(LOANS.body, **{name: value})).refuse(name)
    post_text(api, "/loans", literal(LOANS.body, loan_amount="Infinity")).refuse("loan_amount")


@exercise("affordable_loan")
def test_other_applicants_for_a_loan(api: Api) -> None:
    """Other applicants who are not valid get no loan."""
    for name, value in {"age": 120, "credit_score": 299, "purpose": "Home", "nickname": "ada"}.items():
        LOANS.fails(api, name, [value])
    LOANS.post(api, income=40_000_000, loan_amount=5).refuse("unrealistic")


@exercise("private_response")
def test_other_users(api: Api) -> None:
    """Other users come back without their password."""
    for name, address, password in (
        ("grace", "grace.hopper@example.org", "12345678"),
        ("b" * 29, "b+lab@example.com", "a long passphrase, with spaces"),
    ):
        body = {"username": name, "email": address, "password": password}
        silent(api.post("/users", json=body).expect(201, USERS.answer(body)), password, range(201, 202))


@exercise("private_response")
def test_other_refusals(api: Api) -> None:
    """Other names, addresses and passwords are refused."""
    USERS.fails(api, "username", ["", "x", "y" * 400, None, ["ada"]])
    USERS.fails(api, "email", ["", "joan@example.com@example.com", "a b@example.com", None, ["joan@example.com"]])
    USERS.fails(api, "password", ["", "Zq9!", None])
    for name in USERS.body:
        api.post("/users", json=without(USERS.body, name)).refuse(name)


@exercise("private_response")
def test_other_errors_keep_the_password(api: Api) -> None:
    """Other errors do not repeat the password either."""
    secret = "Umbrella-9431"
    for body in (
        {"password": secret},
        {"username": "a", "email": "b", "password": secret},
        {"username": "ada", "email": {"password": secret}, "password": secret},
        {"username": [secret], "email": "joan@example.com", "password": {"password": [secret]}},
        {"username": "ada", "email": 5, "password": f"{secret}{secret}"},
        [[secret]],
    ):
        silent(api.post("/users", json=body), secret)
    silent(USERS.post(api, password=secret[-6:-1], email="ada"), secret[-6:-1])
    silent(USERS.post(api, password=27182.8182845), "27182.8182845")


@exercise("private_response")
def test_a_body_that_cannot_be_read(api: Api) -> None:
    """A body that cannot be read is refused without being repeated."""
    text = json.dumps(USERS.body)
    for broken, kind in ((text[:-1], "application/json"), (f"{text} x", "application/json"), (text, "text/plain")):
        silent(post_text(api, "/users", broken, kind), USERS.body["password"], range(200, 500))
    latin = text.encode().replace(b"ada", b"\xe4da")
    silent(post_text(api, "/users", latin), USERS.body["password"])


@exercise("examples")
def test_every_example_passes(api: Api) -> None:
    """Every example of the applicant's schema passes."""
    reply = api.get("/openapi.json").expect(200)
    found = shown(reply.json, "POST", "/applicants")
    if not found:
        reply.fail("an example in the schema of POST /applicants", got="none")
    for example in found:
        api.post("/applicants", json=example).expect(200)
