# The password goes out as stars.
# fails: private_response
# says: response_model=...
# points: 12

# %% private_response
# class NewUser    what comes in
# class User       what goes out
# POST /users      takes a NewUser, answers with a User
class NewUser(BaseModel):
    """Somebody who signs up."""

    username: Annotated[str, Field(min_length=3, max_length=30)]
    email: EmailStr
    password: Annotated[SecretStr, Field(min_length=8)]


class User(BaseModel):
    """A user as others may see them."""

    username: str
    email: EmailStr


@app.post("/users", status_code=201)
def create_user(user: NewUser):
    """Sign a user up."""
    return user
