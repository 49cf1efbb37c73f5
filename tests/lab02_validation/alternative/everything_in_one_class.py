# The rule stands in the class itself, and the other cells are as they were given; the example has no cell either.

# %% applicant_fields
# class Applicant     four fields, and no others
# POST /applicants    takes an Applicant
EXAMPLE = {"age": 41, "income": 48000, "credit_score": 720, "purpose": "car"}


class Applicant(BaseModel):
    """Somebody who asks for a loan."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    age: Annotated[int, Field(ge=1, le=119, description="Age in years")]
    income: Annotated[float, Field(gt=0, allow_inf_nan=False, description="Income of a year")]
    credit_score: Annotated[int, Field(ge=300, le=850, description="Credit score")]
    purpose: Annotated[Literal["home", "car", "education", "business"], Field(description="What the money is for")]

    @field_validator("income")
    @classmethod
    def income_is_realistic(cls, income):
        if income > 10_000_000:
            raise ValueError('That is unrealistic.')
        return income


@app.post("/applicants")
def check_applicant(applicant: Applicant):
    """Say whether an applicant is valid."""
    return {"valid": True, "applicant": applicant}

# %% realistic_income
def realistic(income: float) -> float:
    """Return the income, or refuse it if nobody earns that much."""
    # YOUR CODE: about 3 lines
    raise NotImplementedError

# %% examples
# The example of the schema, tried on the model itself
# YOUR CODE: about 2 lines
