# Everybody computes.
# fails: single_flight
# says: waits for that one

# %% single_flight
async def compute(features):
    """Return the answer of the model."""
    return await run_in_threadpool(classify, features)
