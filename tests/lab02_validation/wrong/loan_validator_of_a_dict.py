# The rule about the loan runs before there is an object.
# fails: affordable_loan
# says: mode="before" is given what was sent, a dict
# points: 13

# %% affordable_loan
# class LoanRequest    an applicant with a loan_amount
# POST /loans          takes a LoanRequest
class LoanRequest(Applicant):
    """Somebody who asks for a loan of a certain size."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE | {"loan_amount": 30000}]})

    loan_amount: Annotated[float, Field(gt=0, allow_inf_nan=False, description="How much is asked for")]

    @model_validator(mode="before")
    def loan_is_affordable(self) -> Self:
        if self.loan_amount > 10 * self.income:
            raise ValueError("loan_amount is above ten times the income")
        return self


@app.post("/loans")
def check_loan(loan: LoanRequest):
    """Say how large a loan may be."""
    return {"valid": True, "max_loan": 10 * loan.income}
