# A colon is missing, so that the sections that need the applicant are not served or ask in vain.
# fails: applicant_fields, realistic_income, affordable_loan, examples
# says: begin with applicant_fields: realistic_income rests on it, and it is not served

# %% applicant_fields
# class Applicant     four fields, and no others
# POST /applicants    takes an Applicant
EXAMPLE = {"age": 41, "income": 48000, "credit_score": 720, "purpose": "car"}


class Applicant(BaseModel)
    """Somebody who asks for a loan."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    age: Annotated[int, Field(ge=1, le=119, description="Age in years")]
    income: Annotated[float, Field(gt=0, allow_inf_nan=False, description="Income of a year")]
    credit_score: Annotated[int, Field(ge=300, le=850, description="Credit score")]
    purpose: Annotated[Literal["home", "car", "education", "business"], Field(description="What the money is for")]

    @field_validator("income")
    @classmethod
    def income_is_realistic(cls, income):
        return realistic(income)


@app.post("/applicants")
def check_applicant(applicant: Applicant):
    """Say whether an applicant is valid."""
    return {"valid": True, "applicant": applicant}
