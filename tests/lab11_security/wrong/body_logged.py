# The body is logged.
# fails: register
# says: a log without the password

# %% register
class NewUser(BaseModel):
    """Somebody who wants to be a user."""

    username: Annotated[str, Field(pattern="^[a-z0-9_]{3,30}$")]
    password: Annotated[str, Field(min_length=8, max_length=128)]


@app.post("/users", status_code=201)
def register(new: NewUser):
    """Register a user, who may see the models."""
    scopes = ["models:read"]
    print("new user", new.username, new.password)
    try:
        users.add(new.username, hasher.hash(new.password), scopes)
    except UsernameTaken as problem:
        raise HTTPException(409, "This username is taken.") from problem
    return {"username": new.username, "scopes": scopes}
