# The handler of the first section was changed, and sends the input back.
# fails: private_response
# says: leave "input" out
# points: 13.8

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
    errors = [{key: error[key] for key in ("type", "loc", "msg", "input")} for error in problem.errors()]
    return Response(json.dumps({"detail": errors}, default=str), status_code=422, media_type="application/json")


def realistic(income: float) -> float:
    """Let every income pass, until the third exercise has a better rule."""
    return income
