# The rule refuses its bound as well.
# fails: realistic_income, affordable_loan
# says: compare with >, not >=
# points: 14.25

# %% realistic_income
def realistic(income: float) -> float:
    """Return the income, or refuse it if nobody earns that much."""
    if income >= 10_000_000:
        raise ValueError("an income above 10,000,000 is unrealistic")
    return income
