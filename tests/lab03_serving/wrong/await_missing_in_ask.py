# The thread is not waited for.
# fails: predict, confidence, batch, def_or_async
# says: is there an `await` in front of `run_in_threadpool`

# %% def_or_async
# ask    takes what it took before, and stops nobody
async def ask(method, rows):
    """Let a method of the model answer for all rows, in a thread."""
    return run_in_threadpool(method, rows)
