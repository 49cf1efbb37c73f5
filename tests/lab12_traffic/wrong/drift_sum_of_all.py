# The sum of the four is held against the bound, and a little in each is called drift.
# fails: drift
# says: since the largest is

# %% drift
import math
from bisect import bisect_right
from collections import Counter, deque

rows = deque(maxlen=DRIFT_WINDOW)  # the last rows that were answered
FLOOR = 0.001

# remember(features)    takes note of a row that was answered


def remember(features):
    """Take note of a row that was answered."""
    rows.append(features)




def psi(values, edges, shares):
    """Say how far the values of one feature are from the reference."""
    counts = Counter(bisect_right(edges, value) for value in values)
    total = 0.0
    for number, share in enumerate(shares):
        p = max(counts[number] / len(values), FLOOR)
        q = max(share, FLOOR)
        total += (p - q) * math.log(p / q)
    return total


@app.get("/drift")
async def read_drift():
    """Say whether what is asked is still what the model was trained on."""
    if len(rows) < DRIFT_MINIMUM:
        return {"rows": len(rows), "status": "waiting", "psi": None}
    reference = app.state.saved["reference"]
    columns = zip(zip(*rows), reference["edges"], reference["shares"])
    values = [psi(*column) for column in columns]
    return {"rows": len(rows), "status": "drifting" if sum(values) > 0.25 else "stable", "psi": values}
