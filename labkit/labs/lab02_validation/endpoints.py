"""The endpoints of lab02, as its checks ask them: for each a request that is accepted, and the answer to it."""

from __future__ import annotations

from labkit.labs.lab02_validation.bodies import Endpoint

ITEMS = Endpoint(
    "/items",
    {"name": "Hammer", "price": 15.5},
    201,
    lambda body: {"item_name": body["name"], "item_price": body["price"]},
)
APPLICANTS = Endpoint(
    "/applicants",
    {"age": 35, "income": 52000, "credit_score": 700, "purpose": "home"},
    200,
    lambda body: {"valid": True, "applicant": body},
)
LOANS = Endpoint(
    "/loans",
    APPLICANTS.body | {"loan_amount": 120000},
    200,
    lambda body: {"valid": True, "max_loan": 10 * body["income"]},
)
USERS = Endpoint(
    "/users",
    {"username": "ada", "email": "ada@example.com", "password": "Analytical-Engine"},
    201,
    lambda body: {"username": body["username"], "email": body["email"]},
)
