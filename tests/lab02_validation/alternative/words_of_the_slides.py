# The slides' own forms, where they still work: defaults that are Fields, Optional, @validator, class Config, an Enum.
# alone:

# %% setup
import json
from typing import Annotated, Literal, Self

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from enum import Enum
from typing import Optional

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
class Item(BaseModel):
    name: str = Field(..., min_length=1, max_length=50)
    price: float = Field(..., gt=0, allow_inf_nan=False)
    is_offer: Optional[bool] = None


@app.post("/items/", status_code=201)
def create_item(item: Item):
    return {"item_name": item.name, "item_price": item.price}

# %% applicant_fields
from pydantic import validator


class Purpose(str, Enum):
    home = "home"
    car = "car"
    education = "education"
    business = "business"


class PredictionInput(BaseModel):
    age: int = Field(gt=0, lt=120, description="Age in years")
    income: float = Field(gt=0, allow_inf_nan=False, description="Income in a year")
    credit_score: int = Field(ge=300, le=850, description="Score")
    purpose: Purpose = Field(description="Purpose")

    @validator("income")
    def income_realistic(cls, v):
        if v > 10_000_000:
            raise ValueError("Income seems unrealistic")
        return v

    class Config:
        extra = "forbid"
        json_schema_extra = {"example": {"age": 30, "income": 1, "credit_score": 300, "purpose": "education"}}


@app.post("/applicants/")
def check(input: PredictionInput):
    return {"valid": True, "applicant": input.dict()}

# %% affordable_loan
class Loan(PredictionInput):
    loan_amount: float = Field(gt=0)

    @validator("loan_amount")
    def affordable(cls, v, values):
        if "income" in values and v > 10 * values["income"]:
            raise ValueError("loan_amount is too high")
        return v


@app.post("/loans/")
def lend(input: Loan):
    return {"valid": True, "max_loan": input.income * 10}

# %% private_response
class User(BaseModel):
    username: str = Field(min_length=3, max_length=30)
    email: EmailStr
    password: str = Field(min_length=8)


class UserResponse(BaseModel):
    username: str
    email: str


@app.post("/users/", response_model=UserResponse, status_code=201)
def create_user(user: User):
    return user
