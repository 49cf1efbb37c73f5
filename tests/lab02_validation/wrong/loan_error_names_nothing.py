# The rule about the loan does not name the field.
# fails: affordable_loan
# says: put loan_amount into the text
# points: 14.5

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
            raise ValueError("too much money")
        return self


@app.post("/loans")
def check_loan(loan: LoanRequest):
    """Say how large a loan may be."""
    return {"valid": True, "max_loan": 10 * loan.income}
