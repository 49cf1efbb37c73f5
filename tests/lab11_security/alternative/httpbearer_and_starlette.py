# HTTPBearer in place of the given bearer, Starlette's own redirect, and a set of digests for each client.
# second: tokens

# %% api_key
KNOWN = {client: frozenset(digests) for client, digests in API_KEYS.items()}
key_in_header = APIKeyHeader(name="x-api-key", auto_error=False)


def client_of(key: str | None = Security(key_in_header)):
    """Return whose key this is."""
    digest = hashlib.sha256(key.encode("utf-8")).hexdigest() if key else None
    client = next((client for client, digests in KNOWN.items() if digest in digests), None)
    if client:
        return client
    raise HTTPException(401, "Unknown key", headers={"WWW-Authenticate": "X-API-Key"})


@app.post("/predict")
def predict(flower: Flower, client=Depends(client_of)):
    """Say which class a flower is of."""
    return dict(zip(("class", "client"), (classify(flower.features), client)))


# %% login
from datetime import UTC, datetime, timedelta


def scopes_of(user, asked):
    """Return the scopes that a user has of those that are asked for."""
    return " ".join(scope for scope in asked or user["scopes"] if scope in user["scopes"])


@app.post("/token")
def login(answer: Response, form: OAuth2PasswordRequestForm = Depends()):
    """Give a token to who knows the password."""
    user = users.find(form.username)
    known = user or {"password_hash": hasher.hash("a password of nobody"), "scopes": []}
    right, _ = hasher.verify_and_update(form.password, known["password_hash"])
    if user is None or not right:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    begun = datetime.now(UTC)
    claims = {"sub": form.username, "iss": TOKEN_ISSUER, "aud": TOKEN_AUDIENCE, "iat": begun, "jti": secrets.token_hex()}
    claims |= {"exp": begun + timedelta(seconds=TOKEN_SECONDS), "scope": scopes_of(user, form.scopes)}
    answer.headers["Cache-Control"] = "private, no-store"
    token = jwt.encode(claims, TOKEN_SECRET)
    return {"token_type": "bearer", "access_token": token, "expires_in": TOKEN_SECONDS, "scope": claims["scope"]}


# %% tokens
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

carried = HTTPBearer()
OURS = {"algorithms": ["HS256"], "issuer": [TOKEN_ISSUER], "audience": {TOKEN_AUDIENCE}}


def read_token(token):
    """Return the claims of a token that is ours, for us, and still good; 401 for any other."""
    try:
        claims = jwt.decode(token, TOKEN_SECRET, **OURS, options={"require": ["sub", "exp"]})
    except jwt.InvalidTokenError:
        raise HTTPException(401, "Log in again.", {"WWW-Authenticate": 'Bearer error="invalid_token"'}) from None
    return claims


@app.get("/me")
def read_me(sent: Annotated[HTTPAuthorizationCredentials, Depends(carried)]):
    """Say whose token this is, and what it is good for."""
    claims = read_token(sent.credentials)
    return {"username": claims["sub"], "scopes": claims.get("scope", "").split()}


# %% transport
from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware

if HTTPS_ONLY:
    app.add_middleware(HTTPSRedirectMiddleware)


@app.middleware("http")
async def add_headers(request, call_next):
    """Say what browsers have to know."""
    response = await call_next(request)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if HTTPS_ONLY and request.url.scheme == "https":
        response.headers["Strict-Transport-Security"] = f"max-age={2 * 365 * 24 * 3600}"
    return response
