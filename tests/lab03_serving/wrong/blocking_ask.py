# The model is asked in a coroutine of its own, which stops the server all the same.
# fails: def_or_async
# says: find the async def

# %% def_or_async
async def ask(method, rows):
    return method(rows)
