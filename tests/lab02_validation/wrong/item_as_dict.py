# The model is used as if it were a dict.
# fails: item_body
# says: are attributes
# points: 13
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
    return {"item_name": item["name"], "item_price": item["price"]}


# %% applicant_fields
# class Applicant     four fields, and no others
# POST /applicants    takes an Applicant
EXAMPLE = {"age": 41, "income": 48000, "credit_score": 720, "purpose": "car"}


class Applicant(BaseModel):
    """Somebody who asks for a loan."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    age: Annotated[int, Field(ge=1, le=119, description="Age in years")]
    income: Annotated[float, Field(gt=0, allow_inf_nan=False, description="Income of a year")]
    credit_score: Annotated[int, Field(ge=300, le=850, description="Credit score")]
    purpose: Annotated[Literal["home", "car", "education", "business"], Field(description="What the money is for")]

    @field_validator("income")
    @classmethod
    def income_is_realistic(cls, income):
        return realistic(income)


@app.post("/applicants")
def check_applicant(applicant: Applicant):
    """Say whether an applicant is valid."""
    return {"valid": True, "applicant": applicant}


# %% realistic_income
def realistic(income: float) -> float:
    """Return the income, or refuse it if nobody earns that much."""
    if income > 10_000_000:
        raise ValueError("an income above 10,000,000 is unrealistic")
    return income


# %% affordable_loan
# class LoanRequest    an applicant with a loan_amount
# POST /loans          takes a LoanRequest
class LoanRequest(Applicant):
    """Somebody who asks for a loan of a certain size."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE | {"loan_amount": 30000}]})

    loan_amount: Annotated[float, Field(gt=0, allow_inf_nan=False, description="How much is asked for")]

    @model_validator(mode="after")
    def loan_is_affordable(self) -> Self:
        if self.loan_amount > 10 * self.income:
            raise ValueError("loan_amount is above ten times the income")
        return self


@app.post("/loans")
def check_loan(loan: LoanRequest):
    """Say how large a loan may be."""
    return {"valid": True, "max_loan": 10 * loan.income}


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
for example in Applicant.model_json_schema()["examples"]:
    Applicant.model_validate(example)
