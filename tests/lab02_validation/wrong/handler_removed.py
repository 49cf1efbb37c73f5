# The handler of the first section is gone, so refusals repeat what was sent.
# fails: item_body, applicant_fields, affordable_loan, private_response
# says: keep the handler of the first section
# points: 12.48

# %% setup
import json
from typing import Annotated, Literal, Self

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, EmailStr, Field, SecretStr, field_validator, model_validator

app = FastAPI(title="Loan API")


def realistic(income: float) -> float:
    """Let every income pass, until the third exercise has a better rule."""
    return income
