# A validator of the password repeats it.
# fails: private_response
# says: a reply without the password
# points: 14.4

# %% private_response
# class NewUser    what comes in
# class User       what goes out
# POST /users      takes a NewUser, answers with a User
class NewUser(BaseModel):
    """Somebody who signs up."""

    username: Annotated[str, Field(min_length=3, max_length=30)]
    email: EmailStr
    password: str

    @field_validator("password")
    @classmethod
    def long_enough(cls, password):
        if len(password) < 8:
            raise ValueError(f"the password {password} is too short")
        return password


class User(BaseModel):
    """A user as others may see them."""

    username: str
    email: EmailStr


@app.post("/users", status_code=201, response_model=User)
def create_user(user: NewUser):
    """Sign a user up."""
    return user
