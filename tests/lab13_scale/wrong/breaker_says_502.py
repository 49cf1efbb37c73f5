# While it is open it says 502.
# fails: breaker
# says: expected  503

# %% breaker
import math
import time

unguarded = call  # the one that stands above

# call(name, features)      asks unguarded, unless the breaker of this model is open: then Unavailable(502, seconds)
failures = {}  # how many in a row, by model
open_until = {}  # when somebody may try again, by model


async def call(name, features):
    """Ask the model of a name, unless it has just failed too often."""
    left = open_until.get(name, 0) - time.monotonic()
    if left > 0:
        raise Unavailable(502, retry_after=max(1, math.ceil(left)))
    try:
        found = await unguarded(name, features)
    except Exception:
        failures[name] = failures.get(name, 0) + 1
        if failures[name] >= BREAKER_FAILURES:
            open_until[name] = time.monotonic() + BREAKER_COOLDOWN
        raise
    failures[name] = 0
    return found
