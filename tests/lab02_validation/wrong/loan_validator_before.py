# The rule looks at the raw input, before its fields are valid.
# fails: affordable_loan
# says: 500 (
# points: 14.25

# %% affordable_loan
# class LoanRequest    an applicant with a loan_amount
# POST /loans          takes a LoanRequest
class LoanRequest(Applicant):
    """Somebody who asks for a loan of a certain size."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE | {"loan_amount": 30000}]})

    loan_amount: Annotated[float, Field(gt=0, allow_inf_nan=False, description="How much is asked for")]

    @model_validator(mode="before")
    @classmethod
    def loan_is_affordable(cls, self):
        if self["loan_amount"] > 10 * self["income"]:
            raise ValueError("loan_amount is above ten times the income")
        return self


@app.post("/loans")
def check_loan(loan: LoanRequest):
    """Say how large a loan may be."""
    return {"valid": True, "max_loan": 10 * loan.income}
