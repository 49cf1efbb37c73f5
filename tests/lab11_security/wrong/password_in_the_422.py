# The length is looked at by hand, and the refusal repeats the password.
# fails: register
# says: a response without the short password

# %% register
class NewUser(BaseModel):
    """Somebody who wants to be a user."""

    username: Annotated[str, Field(pattern="^[a-z0-9_]{3,30}$")]
    password: SecretStr


@app.post("/users", status_code=201)
def register(new: NewUser):
    """Register a user, who may see the models."""
    scopes = ["models:read"]
    password = new.password.get_secret_value()
    if not 8 <= len(password) <= 128:
        raise HTTPException(422, f"password: {password} does not have 8 to 128 characters")
    try:
        users.add(new.username, hasher.hash(new.password.get_secret_value()), scopes)
    except UsernameTaken as problem:
        raise HTTPException(409, "This username is taken.") from problem
    return {"username": new.username, "scopes": scopes}
