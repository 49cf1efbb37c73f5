# The pattern is tried by Python, whose $ stands before a newline as well.
# fails: register
# says: 422 naming username

# %% register
import re


class NewUser(BaseModel):
    """Somebody who wants to be a user."""

    username: str
    password: Annotated[SecretStr, Field(min_length=8, max_length=128)]


@app.post("/users", status_code=201)
def register(new: NewUser):
    """Register a user, who may see the models."""
    scopes = ["models:read"]
    if not re.match("^[a-z0-9_]{3,30}$", new.username):
        raise HTTPException(422, "username: 3 to 30 of a-z, 0-9 and _")
    try:
        users.add(new.username, hasher.hash(new.password.get_secret_value()), scopes)
    except UsernameTaken as problem:
        raise HTTPException(409, "This username is taken.") from problem
    return {"username": new.username, "scopes": scopes}
