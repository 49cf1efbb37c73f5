# The endpoint asks a match that is None for its group: the rule about the loan is right.
# fails: affordable_loan
# says: 'NoneType' object has no attribute 'group'
# says_not: has to return self
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
        return self


@app.post("/loans")
def check_loan(loan: LoanRequest):
    """Say how large a loan may be."""
    import re

    print(re.match("[0-9]+", loan.purpose).group())
    return {"valid": True, "max_loan": 10 * loan.income}
