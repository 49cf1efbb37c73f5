# No library: headers, forms and tokens are read by hand.

# %% api_key
@app.post("/predict")
def predict(flower: Flower, request: Request):
    """Say which class a flower is of, and who has asked."""
    clients = {digest: client for client, digests in API_KEYS.items() for digest in digests}
    sent = request.headers.get("x-api-key", "").encode("utf-8")
    client = clients.get(hashlib.sha256(sent).hexdigest())
    if client is None:
        raise HTTPException(status_code=401, detail="Who are you?", headers={"WWW-Authenticate": 'Key realm="api"'})
    return {"class": classify(flower.features), "client": client}


# %% register
import re


@app.post("/users", status_code=201)
def register(body: dict):
    """Register a user."""
    name, password = body.get("username"), body.get("password")
    if not isinstance(name, str) or not re.fullmatch("[a-z0-9_]{3,30}", name):
        raise HTTPException(422, "username: 3 to 30 of a-z, 0-9 and _")
    if not isinstance(password, str) or not 8 <= len(password) <= 128:
        raise HTTPException(422, "password: 8 to 128 characters")
    try:
        users.add(name, hasher.hash(password), ["models:read"])
    except UsernameTaken:
        raise HTTPException(409, "Taken.") from None
    return {"username": name, "scopes": ["models:read"]}


# %% login
import base64
import hmac

from fastapi import Form
from fastapi.responses import JSONResponse

nobody = {"password_hash": hasher.hash("nobody"), "scopes": []}


def encoded(data):
    """Return bytes as a token has them."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def seal(text):
    """Return the signature of a text."""
    return encoded(hmac.digest(TOKEN_SECRET.encode(), text.encode(), "sha256"))


@app.post("/token")
def login(username: Annotated[str, Form()], password: Annotated[str, Form()], scope: Annotated[str, Form()] = ""):
    """Give a token to who knows the password."""
    user = users.find(username) or nobody
    if not hasher.verify(password, user["password_hash"]) or user is nobody:
        raise HTTPException(401, "No.", {"WWW-Authenticate": 'Bearer realm="api"'})
    wanted = set(scope.split()) or set(user["scopes"])
    begun = int(time.time())
    claims = {"iss": TOKEN_ISSUER, "aud": [TOKEN_AUDIENCE], "sub": username, "iat": begun, "exp": begun + TOKEN_SECONDS}
    claims["scope"] = " ".join(sorted(wanted & set(user["scopes"])))
    text = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims))
    answer = {"access_token": f"{text}.{seal(text)}", "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
    return JSONResponse(answer, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


# %% tokens
import base64
import hmac
import math


def decoded(part):
    """Return the object that a part of a token is."""
    found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def is_time(value):
    """Whether a claim is a time."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def claims_of(token):
    """Return the claims of a good token; None for any other."""
    try:
        head, body, signature = token.split(".")
        text = f"{head}.{body}".encode()
        right = base64.urlsafe_b64encode(hmac.digest(TOKEN_SECRET.encode(), text, "sha256")).rstrip(b"=")
        if decoded(head).get("alg") != "HS256" or not hmac.compare_digest(right, signature.encode()):
            return None
        claims = decoded(body)
    except (ValueError, RecursionError):
        return None
    begun, ends = claims.get("nbf", 0), claims.get("exp")
    on_time = is_time(begun) and is_time(ends) and begun <= time.time() < ends
    ours = claims.get("iss") == TOKEN_ISSUER and claims.get("aud") == TOKEN_AUDIENCE
    return claims if on_time and ours and isinstance(claims.get("sub"), str) else None


def read_token(token):
    """Return the claims of a token; 401 for a bad one."""
    claims = claims_of(token)
    if claims is None:
        raise HTTPException(401, "Bad token.", {"WWW-Authenticate": 'Bearer realm="api", error="invalid_token"'})
    return claims


@app.get("/me")
def read_me(request: Request):
    """Say whose token this is."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise HTTPException(401, "No token.", {"WWW-Authenticate": 'Bearer realm="api"'})
    claims = read_token(token)
    return {"username": claims["sub"], "scopes": str(claims.get("scope") or "").split()}
