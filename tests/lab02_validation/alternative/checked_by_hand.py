# No models at all: every field is looked at by hand, and the document is told what the code cannot say.
# alone:

# %% setup
import json
import math
import re

from fastapi import FastAPI, HTTPException, Request

app = FastAPI()


async def read(request: Request) -> dict:
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body is no JSON") from None
    if not isinstance(body, dict):
        raise HTTPException(422, "the body is no object")
    return body


def refuse(field: str, why: str):
    raise HTTPException(422, [{"loc": ["body", field], "msg": why}])


def text(body: dict, field: str, least: int, most: int) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not least <= len(value) <= most:
        refuse(field, f"{field} is a text of {least} to {most} characters")
    return value


def number(body: dict, field: str, low: float, high: float, whole: bool = False) -> float:
    value = body.get(field)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        refuse(field, f"{field} is a number")
    if not low <= value <= high or value == 0 or whole and value != int(value):
        refuse(field, f"{field} is out of range")
    return value

# %% item_body
@app.post("/items", status_code=201)
async def create_item(request: Request):
    body = await read(request)
    if body.get("is_offer") not in (True, False, None):
        refuse("is_offer", "is_offer is true, false or null")
    return {"item_name": text(body, "name", 1, 50), "item_price": number(body, "price", 5e-324, math.inf)}

# %% applicant_fields
PURPOSES = ["home", "car", "education", "business"]
SCHEMA = {
    "type": "object",
    "required": ["age", "income", "credit_score", "purpose"],
    "properties": {
        "age": {"type": "integer", "minimum": 1, "maximum": 119, "description": "years"},
        "income": {"type": "number", "exclusiveMinimum": 0, "description": "a year"},
        "credit_score": {"type": "integer", "minimum": 300, "maximum": 850, "description": "score"},
        "purpose": {"enum": PURPOSES, "description": "what for"},
    },
    "additionalProperties": False,
}


def documented(schema: dict, **more) -> dict:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, **more}}}}


def applicant(body: dict, *others: str) -> dict:
    for field in body:
        if field not in (*SCHEMA["properties"], *others):
            refuse(field, "nobody knows this field")
    found = {"age": number(body, "age", 1, 119, whole=True), "income": number(body, "income", 5e-324, 1.7e308)}
    if found["income"] > 10_000_000:
        refuse("income", "this is unrealistic")
    found["credit_score"] = number(body, "credit_score", 300, 850, whole=True)
    found["purpose"] = body.get("purpose")
    if not isinstance(found["purpose"], str) or found["purpose"] not in PURPOSES:
        refuse("purpose", f"purpose is one of {PURPOSES}")
    return found


EXAMPLE = {"age": 99, "income": 0.5, "credit_score": 300, "purpose": "home"}


@app.post("/applicants", openapi_extra=documented(SCHEMA, example=EXAMPLE))
async def check_applicant(request: Request):
    return {"valid": True, "applicant": applicant(await read(request))}

# %% affordable_loan
@app.post("/loans")
async def check_loan(request: Request):
    body = await read(request)
    most = 10 * applicant(body, "loan_amount")["income"]
    number(body, "loan_amount", 5e-324, most)
    return {"valid": True, "max_loan": most}

# %% private_response
@app.post("/users", status_code=201)
async def create_user(request: Request):
    body = await read(request)
    user = {"username": text(body, "username", 3, 30), "email": text(body, "email", 3, 254)}
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", user["email"]):
        refuse("email", "email is no address")
    text(body, "password", 8, 1000)
    return user
