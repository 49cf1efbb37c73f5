# Items and the fields of applicants are done, no rule is written yet.
# not_attempted: realistic_income, affordable_loan, private_response, examples
# points: 6
"""Input validation with Pydantic."""

# %% setup
import json
from typing import Annotated, Literal, Self

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, EmailStr, Field, SecretStr, field_validator, model_validator

app = FastAPI(title="Loan API")


@app.exception_handler(RequestValidationError)
def refuse(request: Request, problem: RequestValidationError):
    """Say what is wrong and where, without repeating what was sent."""
    errors = [{key: error[key] for key in ("type", "loc", "msg")} for error in problem.errors()]
    return Response(json.dumps({"detail": errors}), status_code=422, media_type="application/json")


def realistic(income: float) -> float:
    """Let every income pass, until the third exercise has a better rule."""
    return income


# %% item_body
# class Item      what the body has to be
# POST /items     takes an Item
class Item(BaseModel):
    """Something that is for sale."""

    name: Annotated[str, Field(min_length=1, max_length=50)]
    price: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    is_offer: bool | None = None


@app.post("/items", status_code=201)
def create_item(item: Item):
    """Take in an item."""
    return {"item_name": item.name, "item_price": item.price}


# %% applicant_fields
# class Applicant     four fields, and no others
# POST /applicants    takes an Applicant
class Applicant(BaseModel):
    """Somebody who asks for a loan."""

    model_config = ConfigDict(extra="forbid")

    age: Annotated[int, Field(ge=1, le=119)]
    income: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    credit_score: Annotated[int, Field(ge=300, le=850)]
    purpose: Annotated[Literal["home", "car", "education", "business"], Field()]



@app.post("/applicants")
def check_applicant(applicant: Applicant):
    """Say whether an applicant is valid."""
    return {"valid": True, "applicant": applicant}


# %% realistic_income
def realistic(income: float) -> float:
    """Return the income, or refuse it if nobody earns that much."""
    # YOUR CODE: about 3 lines
    raise NotImplementedError


# %% affordable_loan
# class LoanRequest    an applicant with a loan_amount
# POST /loans          takes a LoanRequest
# YOUR CODE: about 13 lines


# %% private_response
# class NewUser    what comes in
# class User       what goes out
# POST /users      takes a NewUser, answers with a User
# YOUR CODE: about 13 lines


# %% examples
# The example of the schema, tried on the model itself
# YOUR CODE: about 2 lines
