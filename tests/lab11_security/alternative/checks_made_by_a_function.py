# What each endpoint needs is handed to a function that makes its check; fields are looked at in validators.
# second: scopes

# %% scopes
def has(scope):
    """Make the dependency of an endpoint that needs a scope."""

    def check(token: Annotated[str, Depends(bearer)]):
        claims = read_token(token)
        if scope not in set((claims.get("scope") or "").split(" ")):
            headers = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
            raise HTTPException(status_code=403, detail="Not yours.", headers=headers)
        return claims

    return check


@app.get("/models")
def read_models(claims: dict = Security(has("models:read"), scopes=["models:read"])):
    """List the models."""
    return {"models": list(MODELS)}


@app.post("/models", status_code=201)
def add_model(new: NewModel, claims: dict = Security(has("models:write"), scopes=["models:write"])):
    """Add a model."""
    MODELS.extend([new.id])
    return {"id": new.id}


# %% register
from pydantic import field_validator


class Account(BaseModel):
    """Who wants to be a user."""

    username: str
    password: str = Field(repr=False)

    @field_validator("username")
    @classmethod
    def is_a_name(cls, value):
        """Take letters, digits and _ alone."""
        if not 3 <= len(value) <= 30 or set(value) - set("abcdefghijklmnopqrstuvwxyz0123456789_"):
            raise ValueError("3 to 30 of a-z, 0-9 and _")
        return value

    @field_validator("password")
    @classmethod
    def has_a_length(cls, value):
        """Take 8 to 128 characters."""
        if len(value) not in range(8, 129):
            raise ValueError("8 to 128 characters")
        return value


@app.post("/users")
def register(account: Account, response: Response):
    """Register a user."""
    if users.find(account.username):
        raise HTTPException(409, "Taken.")
    try:
        users.add(account.username, hasher.hash(account.password), ["models:read"])
    except UsernameTaken:
        raise HTTPException(409, "Taken.") from None
    response.status_code = 201
    return {"username": account.username, "scopes": users.find(account.username)["scopes"]}
