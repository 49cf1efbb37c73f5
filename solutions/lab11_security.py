"""Lab 11: Keys, passwords, tokens, scopes, TLS."""

# %% setup
import hashlib
import json
import os
import secrets
import threading
import time
from pathlib import Path
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException, Request, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.security import APIKeyHeader, OAuth2PasswordBearer, OAuth2PasswordRequestForm, SecurityScopes
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pydantic import BaseModel, Field, FiniteFloat, SecretStr

KEPT = Path(__file__).resolve().parent.parent / "data" / "lab11_users.json"
USERS_PATH = Path(os.environ.get("USERS_PATH", KEPT))
API_KEYS = json.loads(os.environ.get("API_KEYS", '{"notebook": []}'))  # the digests of each client's keys
TOKEN_SECRET = os.environ.get("TOKEN_SECRET") or secrets.token_urlsafe(48)
TOKEN_ISSUER = os.environ.get("TOKEN_ISSUER", "https://login.example")
TOKEN_AUDIENCE = os.environ.get("TOKEN_AUDIENCE", "https://models.example")
TOKEN_SECONDS = int(os.environ.get("TOKEN_SECONDS", "900"))
HTTPS_ONLY = os.environ.get("HTTPS_ONLY") == "1"

SCOPES = {"models:read": "See the models.", "models:write": "Add a model."}
MODELS = ["iris", "digits"]

app = FastAPI(title="Guarded API")
bearer = OAuth2PasswordBearer(tokenUrl="token", scopes=SCOPES)
hasher = PasswordHash((Argon2Hasher(memory_cost=19_456, time_cost=2, parallelism=1),))


@app.exception_handler(RequestValidationError)
def refuse(request: Request, problem: RequestValidationError):
    """Say what is wrong and where, without repeating what was sent, as in lab 02."""
    errors = [{key: error[key] for key in ("type", "loc", "msg")} for error in problem.errors()]
    return Response(json.dumps({"detail": errors}), status_code=422, media_type="application/json")


class Flower(BaseModel):
    """Four measurements of a flower, in centimetres."""

    features: Annotated[list[FiniteFloat], Field(min_length=4, max_length=4)]


class NewModel(BaseModel):
    """A model to be added."""

    id: Annotated[str, Field(pattern="^[a-z0-9-]{2,30}$")]


def classify(features):
    """Return the class of a flower: a rule in place of a model."""
    length, width = features[2:]
    return 0 if length < 2.5 else 1 if width < 1.75 else 2


class UsernameTaken(Exception):
    """Somebody has this username already."""


class Users:
    """Who is registered, by username: a file, read at the start and replaced at each add."""

    def __init__(self, path):
        self.path, self.lock = path, threading.Lock()
        self.known = json.loads(path.read_text()) if path.exists() else {}

    def find(self, username):
        """Return what is kept of a user, a dict with password_hash and scopes; None for nobody."""
        return self.known.get(username)

    def add(self, username, password_hash, scopes):
        """Keep a new user; raise UsernameTaken where there is one of that name."""
        with self.lock:
            if username in self.known:
                raise UsernameTaken(username)
            self.known[username] = {"password_hash": password_hash, "scopes": scopes}
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new = self.path.with_suffix(".new")
            new.write_text(json.dumps(self.known, indent=1))
            new.replace(self.path)


users = Users(USERS_PATH)


# As on the slide. The exercise tokens defines this name again, and scopes uses whichever there is.
def read_token(token):
    """Return the claims of a token."""
    try:
        return jwt.decode(token, TOKEN_SECRET, algorithms=["HS256"], options={"verify_aud": False})
    except jwt.InvalidTokenError as problem:
        raise HTTPException(401, "Invalid token", {"WWW-Authenticate": "Bearer"}) from problem


# %% api_key
# POST /predict    a client's key in X-API-Key, and a Flower
# BEGIN SOLUTION
api_key = APIKeyHeader(name="X-API-Key")


def client_of(key: Annotated[str, Depends(api_key)]):
    """Return whose key this is."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    for client, digests in API_KEYS.items():
        if any(secrets.compare_digest(digest, one) for one in digests):
            return client
    raise HTTPException(401, "No such key.", {"WWW-Authenticate": "APIKey"})


@app.post("/predict")
def predict(flower: Flower, client: Annotated[str, Depends(client_of)]):
    """Say which class a flower is of, and who has asked."""
    return {"class": classify(flower.features), "client": client}


# END SOLUTION


# %% register
# POST /users    a username and a password
# BEGIN SOLUTION
class NewUser(BaseModel):
    """Somebody who wants to be a user."""

    username: Annotated[str, Field(pattern="^[a-z0-9_]{3,30}$")]
    password: Annotated[SecretStr, Field(min_length=8, max_length=128)]


@app.post("/users", status_code=201)
def register(new: NewUser):
    """Register a user, who may see the models."""
    scopes = ["models:read"]
    try:
        users.add(new.username, hasher.hash(new.password.get_secret_value()), scopes)
    except UsernameTaken as problem:
        raise HTTPException(409, "This username is taken.") from problem
    return {"username": new.username, "scopes": scopes}


# END SOLUTION

# %% login
# POST /token    a form with a username and a password
# BEGIN SOLUTION
NOBODY = hasher.hash(secrets.token_urlsafe())


@app.post("/token")
def login(form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response):
    """Give a token to who knows the password."""
    user = users.find(form.username)
    fits = hasher.verify(form.password, user["password_hash"] if user else NOBODY)
    if not user or not fits:
        raise HTTPException(401, "Wrong username or password.", {"WWW-Authenticate": "Bearer"})
    scopes = [scope for scope in user["scopes"] if scope in form.scopes or not form.scopes]
    now = int(time.time())
    claims = {
        "sub": form.username,
        "iss": TOKEN_ISSUER,
        "aud": TOKEN_AUDIENCE,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "scope": " ".join(scopes),
    }
    response.headers["Cache-Control"] = "no-store"
    token = jwt.encode(claims, TOKEN_SECRET, algorithm="HS256")
    return {"access_token": token, "token_type": "bearer", "expires_in": TOKEN_SECONDS}


# END SOLUTION


# %% tokens
# read_token(token)    the claims of a token that is ours, for us, and still good; 401 for any other
# GET /me              whose token this is, and what it is good for
# BEGIN SOLUTION
def read_token(token):
    """Return the claims of a token that is ours, for us, and still good; 401 for any other."""
    try:
        return jwt.decode(
            token,
            TOKEN_SECRET,
            algorithms=["HS256"],
            issuer=TOKEN_ISSUER,
            audience=TOKEN_AUDIENCE,
            options={"require": ["exp", "sub", "iss", "aud"]},
        )
    except jwt.InvalidTokenError as problem:
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise HTTPException(401, "This token is not valid.", challenge) from problem


@app.get("/me")
def read_me(token: Annotated[str, Depends(bearer)]):
    """Say whose token this is, and what it is good for."""
    claims = read_token(token)
    return {"username": claims["sub"], "scopes": claims.get("scope", "").split()}


# END SOLUTION


# %% scopes
# GET /models     for whoever has models:read
# POST /models    for whoever has models:write
# BEGIN SOLUTION
def allow(needed: SecurityScopes, token: Annotated[str, Depends(bearer)]):
    """Let in whoever has a token with each scope that is needed."""
    granted = read_token(token).get("scope", "").split()
    missing = " ".join(scope for scope in needed.scopes if scope not in granted)
    if missing:
        challenge = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{missing}"'}
        raise HTTPException(403, f"This takes {missing}.", challenge)


@app.get("/models", dependencies=[Security(allow, scopes=["models:read"])])
def read_models():
    """List the models."""
    return {"models": MODELS}


@app.post("/models", status_code=201, dependencies=[Security(allow, scopes=["models:write"])])
def add_model(new: NewModel):
    """Add a model."""
    MODELS.append(new.id)
    return new


# END SOLUTION


# %% transport
# nosniff in every response; with HTTPS_ONLY nothing over http but a redirect, and Strict-Transport-Security over https
# BEGIN SOLUTION
@app.middleware("http")
async def guard(request: Request, call_next):
    """Answer over https alone, where that is wanted, and say what browsers have to know."""
    if HTTPS_ONLY and request.url.scheme != "https":
        return RedirectResponse(request.url.replace(scheme="https"), 307)
    response = await call_next(request)
    response.headers["X-Content-Type-Options"] = "nosniff"
    if HTTPS_ONLY:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


# END SOLUTION
