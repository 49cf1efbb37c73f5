# The breaker's section does not parse; what needs it not goes on.
# fails: breaker
# points: 16

# %% breaker
import math
import time

unguarded = call


async def call(name, features:
    return await unguarded(name, features)
