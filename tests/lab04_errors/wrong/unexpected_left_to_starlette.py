# Nobody handles what nobody expects.
# fails: unexpected
# says: nobody handles it yet

# %% unexpected
@app.get("/fragile")
def fragile(divide_by: int):
    """Divide 1 by a number."""
    return {"result": 1 / divide_by}


# The handler of every other exception
async def answer_unexpected(request: Request, exc: Exception):
    request_id = str(uuid4())
    logger.error("request %s failed", request_id, exc_info=exc)
    return problem(request, 500, "Something went wrong here.", request_id=request_id)
