"""The visible checks of lab02_validation: a student sees each sentence, and what a failing check saw."""

from __future__ import annotations

import json

from labkit.checks.api import Api, Reply, exercise
from labkit.labs.lab02_validation.endpoints import (
    APPLICANTS,
    ITEMS,
    LOANS,
    USERS,
    accepted,
    forgotten,
    literal,
    misused,
    post_text,
    refused,
    silent,
    unseen,
    without,
)
from labkit.openapi.examples import described, shown
from labkit.openapi.schemas import mapping

LENGTHS = "min_length and max_length include their number"
INHERIT = "inherit from the applicant's model: class LoanRequest(Applicant)"


@exercise("item_body")
def test_item(api: Api) -> None:
    """An item is taken in with 201, and its name and price come back."""
    advice = "is_offer is required until it has a default: bool | None = None"
    ITEMS.works(api, lambda reply: advice if reply.status == 422 and "is_offer" in reply.text else misused(reply))


@exercise("item_body")
def test_length_of_the_name(api: Api) -> None:
    """A name of 1 or of 50 characters is accepted, an empty one and one of 51 are refused."""
    ITEMS.passes(api, "name", ["a", "a" * 50], LENGTHS)
    ITEMS.fails(api, "name", [""], "an empty text is a text: Field(min_length=...)")
    ITEMS.fails(api, "name", ["a" * 51], "bound the length: Field(max_length=...)")


@exercise("item_body")
def test_price_above_0(api: Api) -> None:
    """A price of 0.01 is accepted; 0, -1, a word and Infinity are refused."""
    ITEMS.passes(api, "price", [0.01], "gt=0 excludes 0 and nothing above it")
    ITEMS.fails(api, "price", [0], "ge=0 includes 0, gt=0 does not")
    ITEMS.fails(api, "price", [-1], "bound the price: Field(gt=0)")
    ITEMS.fails(api, "price", ["much"], "annotate the price: float")
    reply = post_text(api, "/items", literal(ITEMS.body, price="Infinity"))
    advice = "Infinity is above 0: Field(gt=0, allow_inf_nan=False) refuses it"
    reply.refuse("price", advice=None if reply.status == 422 else advice)


@exercise("item_body")
def test_offer_or_not(api: Api) -> None:
    """is_offer may be true, false or null."""
    ITEMS.passes(api, "is_offer", [True, False, None], "the type has to allow null as well: bool | None = None")


@exercise("item_body")
def test_item_has_name_and_price(api: Api) -> None:
    """An item without name or price is refused."""
    ITEMS.needs(api, "name", "price")


@exercise("applicant_fields")
def test_applicant(api: Api) -> None:
    """A valid applicant comes back with valid true."""
    APPLICANTS.works(api, _lost)


@exercise("applicant_fields")
def test_bounds_of_age(api: Api) -> None:
    """An age of 1 or 119 is accepted; 0, 120 and 35.5 are refused."""
    APPLICANTS.between(api, "age", 1, 119)
    APPLICANTS.fails(api, "age", [35.5], "annotate the age: int")


@exercise("applicant_fields")
def test_bounds_of_credit_score(api: Api) -> None:
    """A credit score of 300 or 850 is accepted, 299 and 851 are refused."""
    APPLICANTS.between(api, "credit_score", 300, 850)


@exercise("applicant_fields")
def test_income_above_0(api: Api) -> None:
    """An income of 0.01 is accepted, 0 and -1 are refused."""
    APPLICANTS.passes(api, "income", [0.01], "gt=0 excludes 0 and nothing above it")
    APPLICANTS.fails(api, "income", [0], "ge=0 includes 0, gt=0 does not")
    APPLICANTS.fails(api, "income", [-1], "bound the income: Field(gt=0)")


@exercise("applicant_fields")
def test_purposes(api: Api) -> None:
    """Each of the four purposes is accepted, any other is refused."""
    purposes = ["home", "car", "education", "business"]
    APPLICANTS.passes(api, "purpose", purposes, "Literal lists the words of the contract, each in quotes of its own")
    APPLICANTS.fails(api, "purpose", ["boat"], "list the words that are allowed, in a Literal or an Enum")


@exercise("applicant_fields")
def test_applicant_is_complete(api: Api) -> None:
    """An applicant without one of the four fields is refused."""
    APPLICANTS.needs(api, *APPLICANTS.body)


@exercise("applicant_fields")
def test_unknown_field(api: Api) -> None:
    """A field that the contract does not have is refused."""
    advice = 'unknown fields are ignored until the model forbids them: ConfigDict(extra="forbid")'
    APPLICANTS.fails(api, "shoe_size", [43], advice)


@exercise("applicant_fields")
def test_income_is_a_number(api: Api) -> None:
    """NaN and Infinity are refused as an income."""
    for value in ("NaN", "Infinity", "-Infinity"):
        reply = post_text(api, "/applicants", literal(APPLICANTS.body, income=value))
        if reply.status == 500 and "ValueError" in (reply.raised or "ValueError"):
            advice = "refuse it with allow_inf_nan=False, and keep the handler of the first section"
            reply.fail("422 naming income", advice)
        refused(reply, "income", "Infinity is above 0: add allow_inf_nan=False")


@exercise("realistic_income")
def test_unrealistic_income(api: Api) -> None:
    """An income above 10,000,000 is refused, and the body says unrealistic."""
    for income in (10_000_001, 25_000_000):
        reply = APPLICANTS.post(api, income=income)
        advice = None
        if reply.status == 200:
            advice = "the model has to call the rule (field_validator), and the rule has to raise a ValueError"
        elif reply.status == 422 and "income" in reply.text:
            advice = "the text of the ValueError is what the client reads: put the word unrealistic into it"
        elif str(reply.raised).startswith("Exception"):
            advice = "a validator refuses with a ValueError; any other exception is a 500"
        reply.refuse("unrealistic", advice=advice)


@exercise("realistic_income")
def test_realistic_income(api: Api) -> None:
    """An income of 10,000,000 or less comes back as it was sent."""
    for income in (10_000_000, 38_500.5):
        reply = APPLICANTS.post(api, income=income)
        too_strict = reply.status == 422 and '"value_error"' in reply.text
        advice = "only what is above 10,000,000 is refused: compare with >, not >=" if too_strict else _lost(reply)
        reply.expect(200, APPLICANTS.answer(APPLICANTS.body | {"income": income}), advice=advice)


@exercise("affordable_loan")
def test_loan(api: Api) -> None:
    """A loan that the applicant can afford is answered with the largest one."""
    nested = f"a loan has the fields of an applicant: {INHERIT}"
    LOANS.works(api, lambda reply: nested if reply.status == 422 and '"applicant"' in reply.text else forgotten(reply))


@exercise("affordable_loan")
def test_largest_loan(api: Api) -> None:
    """A loan of ten times the income passes, a larger one is refused and the body names loan_amount."""
    reply = LOANS.post(api, loan_amount=520000)
    too_strict = '"value_error"' in reply.text
    advice = "ten times the income is allowed: compare with >, not >=" if too_strict else None
    accepted(reply, LOANS.status, LOANS.answer(LOANS.body), advice)
    for amount in (520000.01, 9_000_000):
        reply = LOANS.post(api, loan_amount=amount)
        advice = "a model_validator that raises a ValueError refuses the request" if reply.status == 200 else None
        if reply.status == 422:
            advice = "no field is named for a rule about two: put loan_amount into the text of the ValueError"
        reply.refuse("loan_amount", advice=advice)


@exercise("affordable_loan")
def test_loan_above_0(api: Api) -> None:
    """A loan_amount of 0, below 0, or none at all is refused."""
    LOANS.fails(api, "loan_amount", [0, -100], "bound the amount: Field(gt=0)")
    LOANS.needs(api, "loan_amount")


@exercise("affordable_loan")
def test_loan_of_an_applicant(api: Api) -> None:
    """What is refused of an applicant is refused here, too."""
    for name, value in {"age": 0, "income": 0, "credit_score": 851, "purpose": "boat", "shoe_size": 43}.items():
        LOANS.fails(api, name, [value], INHERIT)
    LOANS.needs(api, *APPLICANTS.body)


@exercise("affordable_loan")
def test_loan_with_an_unrealistic_income(api: Api) -> None:
    """An income above 10,000,000 is unrealistic here, too."""
    reply = LOANS.post(api, income=10_000_001)
    inherits = "a model that inherits has the validators, too" if reply.status == 200 else None
    reply.refuse("unrealistic", advice=unseen(reply, "income") or inherits)


@exercise("private_response")
def test_user(api: Api) -> None:
    """A user is taken in with 201; username and email come back, and nothing else."""
    advice = "what goes out is a model that has no password: name it with response_model=..."
    USERS.works(api, lambda reply: advice if "password" in mapping(reply.json) else misused(reply))


@exercise("private_response")
def test_length_of_the_username(api: Api) -> None:
    """A username of 3 or 30 characters is accepted, one of 2 or 31 is refused."""
    USERS.passes(api, "username", ["bob", "b" * 30], LENGTHS)
    USERS.fails(api, "username", ["bo", "b" * 31], "bound the length: Field(min_length=..., max_length=...)")


@exercise("private_response")
def test_address(api: Api) -> None:
    """What is no e-mail address is refused."""
    USERS.fails(api, "email", ["ada", "ada@", "@example.com", "ada example.com"], "the type of an address is EmailStr")


@exercise("private_response")
def test_length_of_the_password(api: Api) -> None:
    """A password of 8 characters is accepted, one of 7 is refused."""
    USERS.passes(api, "password", ["Ab3-Ef6-"], "min_length=8 includes 8")
    USERS.fails(api, "password", ["Ab3-Ef6"], "bound its length: Field(min_length=...)")


@exercise("private_response")
def test_errors_keep_the_password(api: Api) -> None:
    """No error repeats the password: not a short one, not one of another type, not one beside another error."""
    secret = USERS.body["password"]
    for password, said in (
        ("Kx7-qZ2", "Kx7-qZ2"),
        (31415926535, "31415926535"),
        ([secret], secret),
        ({1: secret}, secret),
    ):
        silent(USERS.post(api, password=password), said)
    for name in ("username", "email"):
        silent(USERS.post(api, **{name: 7}), secret)
        silent(api.post("/users", json=without(USERS.body, name)), secret)


@exercise("private_response")
def test_errors_keep_a_password_in_a_wrong_place(api: Api) -> None:
    """No error repeats a password that stands where it does not belong."""
    user = USERS.body
    for body in ({"user": user}, [user], user | {"username": user}, json.dumps(user)):
        silent(api.post("/users", json=body), user["password"])


@exercise("examples")
def test_example_passes(api: Api) -> None:
    """The applicant's schema carries an example, and it passes."""
    reply = api.get("/openapi.json").expect(200)
    found = shown(reply.json, "POST", "/applicants")
    if not found:
        advice = 'ConfigDict(json_schema_extra={"examples": [...]})'
        reply.fail("an example in the schema of POST /applicants", advice, got="none")
    api.post("/applicants", json=found[0]).expect(200, advice="an example has to be a valid request")


@exercise("examples")
def test_every_field_has_a_description(api: Api) -> None:
    """Every field of the applicant has a description."""
    reply = api.get("/openapi.json").expect(200)
    found = described(reply.json, "POST", "/applicants")
    if left := [name for name in APPLICANTS.body if name not in found]:
        got = f"none for {', '.join(left)}"
        reply.fail("a description for every field", 'Field(..., description="...")', got=got)


def _lost(reply: Reply) -> str | None:
    """Say what is wrong where a validator has lost the income."""
    lost = mapping(reply.json, "applicant").get("income", ...) is None
    return "a validator has to return the value; without return it is None" if lost else None
