# The rule prints instead of raising.
# fails: realistic_income, affordable_loan
# says: raise a ValueError
# points: 12.5

# %% realistic_income
def realistic(income: float) -> float:
    """Return the income, or refuse it if nobody earns that much."""
    if income > 10_000_000:
        print("an income above 10,000,000 is unrealistic")
    return income
