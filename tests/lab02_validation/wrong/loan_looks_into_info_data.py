# A rule about two fields is a field_validator, which has no income where that was refused.
# fails: affordable_loan
# says: a refused field is not in info.data
# points: 14

# %% affordable_loan
# class LoanRequest    an applicant with a loan_amount
# POST /loans          takes a LoanRequest
class LoanRequest(Applicant):
    """Somebody who asks for a loan of a certain size."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE | {"loan_amount": 30000}]})

    loan_amount: Annotated[float, Field(gt=0, allow_inf_nan=False, description="How much is asked for")]

    @field_validator("loan_amount")
    @classmethod
    def loan_is_affordable(cls, loan_amount, info):
        if loan_amount > 10 * info.data["income"]:
            raise ValueError("loan_amount is above ten times the income")
        return loan_amount


@app.post("/loans")
def check_loan(loan: LoanRequest):
    """Say how large a loan may be."""
    return {"valid": True, "max_loan": 10 * loan.income}
