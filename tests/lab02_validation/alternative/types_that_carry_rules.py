# No validators in classes: the rules stand in annotated types, put together with AfterValidator.
# second: item_body, private_response
# alone:

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
from annotated_types import Gt, Len
from fastapi import status
from pydantic import AfterValidator, FiniteFloat

Positive = Annotated[FiniteFloat, Gt(0)]


class Item(BaseModel):
    name: Annotated[str, Len(1, 50)]
    price: Positive
    is_offer: bool | None = None


@app.post("/items", status_code=status.HTTP_201_CREATED)
async def create_item(item: Item) -> dict[str, str | float]:
    return {"item_name": item.name, "item_price": item.price}

# %% realistic_income --before applicant_fields
def realistic(income: float) -> float:
    assert income <= 10_000_000, "unrealistic: ask somebody"
    return income


Income = Annotated[Positive, AfterValidator(realistic), Field(description="In a year", examples=[52000.0])]

# %% applicant_fields
from enum import StrEnum

Purpose = StrEnum("Purpose", ["home", "car", "education", "business"])


class Applicant(BaseModel, extra="forbid"):
    age: Annotated[int, Field(gt=0, lt=120, description="Years", examples=[35])]
    income: Income
    credit_score: Annotated[int, Field(gt=299, lt=851, description="Score", examples=[700])]
    purpose: Annotated[Purpose, Field(description="What for", examples=["home"])]


class Verdict(BaseModel):
    valid: bool = True
    applicant: Applicant


@app.post("/applicants")
async def check_applicant(applicant: Applicant) -> Verdict:
    return Verdict(applicant=applicant)

# %% affordable_loan
def affordable(loan: "Loan") -> "Loan":
    if loan.loan_amount > loan.income * 10:
        raise ValueError(f"max_loan is {loan.income * 10}, loan_amount is more")
    return loan


class Loan(Applicant):
    loan_amount: Positive


@app.post("/loans")
async def check_loan(loan: Annotated[Loan, AfterValidator(affordable)]):
    return {"valid": True, "max_loan": loan.income * 10}

# %% private_response
class Person(BaseModel):
    username: Annotated[str, Len(3, 30)]
    email: EmailStr


class SignUp(Person):
    password: Annotated[SecretStr, Len(8)]


@app.post("/users", status_code=201)
async def create_user(user: SignUp) -> Person:
    return user
