# The loan repeats fields and bounds, and forgets the rule about the income.
# fails: affordable_loan
# says: a model that inherits has the validators
# points: 14.5

# %% affordable_loan
# class LoanRequest    an applicant with a loan_amount
# POST /loans          takes a LoanRequest
class LoanRequest(BaseModel):
    """Somebody who asks for a loan of a certain size."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE | {"loan_amount": 30000}]})

    age: Annotated[int, Field(ge=1, le=119)]
    income: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    credit_score: Annotated[int, Field(ge=300, le=850)]
    purpose: Literal["home", "car", "education", "business"]
    loan_amount: Annotated[float, Field(gt=0, allow_inf_nan=False, description="How much is asked for")]

    @model_validator(mode="after")
    def loan_is_affordable(self) -> Self:
        if self.loan_amount > 10 * self.income:
            raise ValueError("loan_amount is above ten times the income")
        return self


@app.post("/loans")
def check_loan(loan: LoanRequest):
    """Say how large a loan may be."""
    return {"valid": True, "max_loan": 10 * loan.income}
