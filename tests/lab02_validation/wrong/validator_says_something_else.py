# The rule refuses, but its text has another word.
# fails: realistic_income, affordable_loan
# says: put the word unrealistic into it
# points: 12.5

# %% realistic_income
def realistic(income: float) -> float:
    """Return the income, or refuse it if nobody earns that much."""
    if income > 10_000_000:
        raise ValueError("an income above 10,000,000 is too much")
    return income
