# A password begins with 9 characters.
# fails: private_response
# says: min_length=8 includes 8
# points: 14.4

# %% private_response
# class NewUser    what comes in
# class User       what goes out
# POST /users      takes a NewUser, answers with a User
class NewUser(BaseModel):
    """Somebody who signs up."""

    username: Annotated[str, Field(min_length=3, max_length=30)]
    email: EmailStr
    password: Annotated[SecretStr, Field(min_length=9)]


class User(BaseModel):
    """A user as others may see them."""

    username: str
    email: EmailStr


@app.post("/users", status_code=201, response_model=User)
def create_user(user: NewUser):
    """Sign a user up."""
    return user
