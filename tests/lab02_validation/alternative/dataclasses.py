# Pydantic's dataclasses in place of models, with a function for each thing that can be returned.
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



from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

POSITIVE = Field(gt=0, allow_inf_nan=False, description="more than nothing")

# %% item_body
@dataclass
class Item:
    name: Annotated[str, Field(min_length=1, max_length=50)]
    price: Annotated[float, POSITIVE]
    is_offer: bool | None = None


def create_item(item: Item):
    return {"item_name": item.name, "item_price": item.price}


app.post("/items", status_code=201)(create_item)

# %% applicant_fields
@dataclass(config=ConfigDict(extra="forbid", json_schema_extra={"example": {"age": 1, "income": 1e7, "credit_score": 555, "purpose": "car"}}))
class Applicant:
    age: int = Field(ge=1, le=119, description="age")
    income: float = POSITIVE
    credit_score: int = Field(ge=300, le=850, description="score")
    purpose: Literal["home", "car", "education", "business"] = Field(description="purpose")

    def __post_init__(self):
        if self.income > 10_000_000:
            raise ValueError("an unrealistic income")


def check_applicant(applicant: Applicant):
    return {"valid": True, "applicant": TypeAdapter(Applicant).dump_python(applicant)}


app.add_api_route("/applicants", check_applicant, methods=["POST"])

# %% affordable_loan
@dataclass(config=ConfigDict(extra="forbid"), kw_only=True)
class Loan(Applicant):
    loan_amount: float = POSITIVE


def check_loan(loan: Loan):
    most = 10 * loan.income
    if loan.loan_amount > most:
        problem = {"type": "loan", "loc": ("body", "loan_amount"), "msg": f"at most {most}"}
        raise RequestValidationError([problem])
    return {"valid": True, "max_loan": most}


app.add_api_route("/loans", check_loan, methods=["POST"])

# %% private_response
@dataclass
class User:
    username: Annotated[str, Field(min_length=3, max_length=30)]
    email: EmailStr
    password: Annotated[str, Field(min_length=8, repr=False)]


def create_user(user: User):
    return {"username": user.username, "email": user.email}


app.add_api_route("/users", create_user, methods=["POST"], status_code=201)
