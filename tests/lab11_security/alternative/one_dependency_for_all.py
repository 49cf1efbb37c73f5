# One dependency reads tokens, with and without scopes; the key is compared in bytes.

# %% api_key
def owner(request: Request):
    """Return the client whose key was sent."""
    given = dict(request.scope["headers"]).get(b"x-api-key", b"")
    digest = hashlib.sha256(given).digest()
    owners = {c for c, ds in API_KEYS.items() for d in ds if secrets.compare_digest(bytes.fromhex(d), digest)}
    if not owners:
        raise HTTPException(401, {"error": "key"}, {"WWW-Authenticate": "APIKey"})
    return owners.pop()


@app.post("/predict")
def predict(flower: Flower, client: str = Depends(owner)):
    """Say which class a flower is of."""
    return {"class": classify(flower.features), "client": client}


# %% tokens
def challenge(status, error, **more):
    """Make a refusal that says why."""
    said = ", ".join(f'{name}="{value}"' for name, value in {"realm": "models", "error": error, **more}.items())
    return HTTPException(status, error, {"WWW-Authenticate": f"Bearer {said}"})


def read_token(token):
    """Return the claims of a token."""
    try:
        options = {"require": ["exp", "iss", "aud", "sub"], "verify_iat": False}
        given = jwt.decode_complete(token, TOKEN_SECRET, ["HS256"], options, audience=TOKEN_AUDIENCE, issuer=TOKEN_ISSUER)
    except jwt.exceptions.InvalidTokenError as why:
        raise challenge(401, "invalid_token") from why
    return given["payload"]


async def user(needed: SecurityScopes, token: str = Depends(bearer)):
    """Return the claims of a token that has every scope that is needed."""
    claims = read_token(token)
    claims["scopes"] = claims.get("scope", "").split()
    if lacking := set(needed.scopes).difference(claims["scopes"]):
        raise challenge(403, "insufficient_scope", scope=" ".join(lacking))
    return claims


@app.get("/me")
async def read_me(claims: Annotated[dict, Depends(user)]):
    """Say whose token this is."""
    return {"username": claims["sub"], "scopes": claims["scopes"]}


# %% scopes
@app.get("/models")
async def read_models(claims: Annotated[dict, Security(user, scopes=["models:read"])]):
    """List the models."""
    return {"models": MODELS}


@app.post("/models", status_code=201)
async def add_model(new: NewModel, claims: Annotated[dict, Security(user, scopes=["models:write"])]):
    """Add a model."""
    MODELS.append(new.id)
    return {"id": new.id}
