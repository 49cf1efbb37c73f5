# The method is called here, and what it returns is handed to the thread.
# fails: predict, confidence, batch, def_or_async
# says: hand over the function and its arguments
# says_not: find the async def

# %% def_or_async
# ask    takes what it took before, and stops nobody
async def ask(method, rows):
    """Let a method of the model answer for all rows, in a thread."""
    return await run_in_threadpool(method(rows))
