# The password is kept as it is.
# fails: register
# says: who reads the file has everybody's password

# %% register
class NewUser(BaseModel):
    """Somebody who wants to be a user."""

    username: Annotated[str, Field(pattern="^[a-z0-9_]{3,30}$")]
    password: Annotated[SecretStr, Field(min_length=8, max_length=128)]


@app.post("/users", status_code=201)
def register(new: NewUser):
    """Register a user, who may see the models."""
    scopes = ["models:read"]
    try:
        users.add(new.username, new.password.get_secret_value(), scopes)
    except UsernameTaken as problem:
        raise HTTPException(409, "This username is taken.") from problem
    return {"username": new.username, "scopes": scopes}
