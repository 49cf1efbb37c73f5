# Only the users are done.
# not_attempted: item_body, applicant_fields, realistic_income, affordable_loan, examples
# points: 3
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
# YOUR CODE: about 9 lines


# %% applicant_fields
# class Applicant     four fields, and no others
# POST /applicants    takes an Applicant
# YOUR CODE: about 16 lines


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
class NewUser(BaseModel):
    """Somebody who signs up."""

    username: Annotated[str, Field(min_length=3, max_length=30)]
    email: EmailStr
    password: Annotated[SecretStr, Field(min_length=8)]


class User(BaseModel):
    """A user as others may see them."""

    username: str
    email: EmailStr


@app.post("/users", status_code=201, response_model=User)
def create_user(user: NewUser):
    """Sign a user up."""
    return user


# %% examples
# The example of the schema, tried on the model itself
# YOUR CODE: about 2 lines
