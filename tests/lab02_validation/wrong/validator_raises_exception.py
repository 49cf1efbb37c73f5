# The rule raises an Exception, which is no ValueError.
# fails: realistic_income, affordable_loan
# says: 500 (Exception:
# points: 12.5

# %% realistic_income
def realistic(income: float) -> float:
    """Return the income, or refuse it if nobody earns that much."""
    if income > 10_000_000:
        raise Exception("an income above 10,000,000 is unrealistic")
    return income
