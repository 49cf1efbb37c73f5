# The rule about the loan does not return the object.
# fails: affordable_loan
# says: a model_validator has to return self
# points: 13

# %% affordable_loan
# class LoanRequest    an applicant with a loan_amount
# POST /loans          takes a LoanRequest
class LoanRequest(Applicant):
    """Somebody who asks for a loan of a certain size."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE | {"loan_amount": 30000}]})

    loan_amount: Annotated[float, Field(gt=0, allow_inf_nan=False, description="How much is asked for")]

    @model_validator(mode="after")
    def loan_is_affordable(self) -> Self:
        if self.loan_amount > 10 * self.income:
            raise ValueError("loan_amount is above ten times the income")


@app.post("/loans")
def check_loan(loan: LoanRequest):
    """Say how large a loan may be."""
    return {"valid": True, "max_loan": 10 * loan.income}
