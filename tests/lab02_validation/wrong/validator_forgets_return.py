# The rule returns nothing, so the income becomes None.
# fails: applicant_fields, realistic_income, affordable_loan
# says: without return it is None
# points: 8

# %% realistic_income
def realistic(income: float) -> float:
    """Return the income, or refuse it if nobody earns that much."""
    if income > 10_000_000:
        raise ValueError("an income above 10,000,000 is unrealistic")
