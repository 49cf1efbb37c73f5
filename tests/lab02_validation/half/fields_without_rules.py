# Items and the fields of applicants are done, no rule is written yet.
# not_attempted: realistic_income, affordable_loan, private_response, examples
# points: 6

# %% applicant_fields
# class Applicant     four fields, and no others
# POST /applicants    takes an Applicant
class Applicant(BaseModel):
    """Somebody who asks for a loan."""

    model_config = ConfigDict(extra="forbid")

    age: Annotated[int, Field(ge=1, le=119)]
    income: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    credit_score: Annotated[int, Field(ge=300, le=850)]
    purpose: Annotated[Literal["home", "car", "education", "business"], Field()]



@app.post("/applicants")
def check_applicant(applicant: Applicant):
    """Say whether an applicant is valid."""
    return {"valid": True, "applicant": applicant}
