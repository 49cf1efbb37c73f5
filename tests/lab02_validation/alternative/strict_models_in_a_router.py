# A router and strict models; the rule stands in model_post_init, and the password is a field that is excluded.
# alone:

# %% setup
import json
from typing import Annotated, Literal, Self

from fastapi import Body, FastAPI, Request, Response
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



from fastapi import APIRouter

router = APIRouter(tags=["loans"])
STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)

# %% item_body
class Item(BaseModel):
    model_config = STRICT
    name: str = Field(min_length=1, max_length=50)
    price: float = Field(gt=0)
    is_offer: bool | None = None


class Taken(BaseModel):
    name: str = Field(serialization_alias="item_name")
    price: float = Field(serialization_alias="item_price")


class Items:
    @staticmethod
    @router.post("/items", status_code=201, response_model=Taken)
    def create(item: Item):
        return item.model_dump(include={"name", "price"})

# %% applicant_fields
class Applicant(BaseModel):
    model_config = STRICT
    age: int = Field(ge=1, le=119, description="years")
    income: float = Field(gt=0, description="a year")
    credit_score: int = Field(ge=300, le=850, description="points")
    purpose: Literal["home", "car", "education", "business"] = Field(description="what for")

    def model_post_init(self, context) -> None:
        if self.income > 1e7:
            raise ValueError("income is unrealistic")


EXAMPLES = {"somebody": {"value": {"age": 20, "income": 100.5, "credit_score": 850, "purpose": "business"}}}


@router.post("/applicants")
def check_applicant(applicant: Annotated[Applicant, Body(openapi_examples=EXAMPLES)]):
    return dict(applicant=applicant.model_dump(), valid=True)

# %% affordable_loan
class Loan(Applicant):
    loan_amount: float = Field(gt=0)

    @property
    def most(self):
        return self.income * 10

    @model_validator(mode="after")
    def check(self):
        assert self.loan_amount <= self.most, "loan_amount"
        return self


@router.post("/loans")
def check_loan(loan: Loan):
    return {"max_loan": loan.most, "valid": True}

# %% private_response
class User(BaseModel):
    username: str = Field(min_length=3, max_length=30)
    email: EmailStr
    password: str = Field(min_length=8, exclude=True)


@router.post("/users", status_code=201, response_model=User)
def create_user(user: User):
    return user

# %% examples
# The routes go into the app when all of them are there.
app.include_router(router)
