# Zero is called bad input, so nothing is left to handle.
# fails: unexpected
# says: expected  500

# %% unexpected
@app.get("/fragile")
def fragile(divide_by: int):
    """Divide 1 by a number."""
    if divide_by == 0:
        raise HTTPException(422, "divide_by must not be 0")
    return {"result": 1 / divide_by}


# The handler of every other exception
@app.exception_handler(Exception)
async def answer_unexpected(request: Request, exc: Exception):
    request_id = str(uuid4())
    logger.error("request %s failed", request_id, exc_info=exc)
    return problem(request, 500, "Something went wrong here.", request_id=request_id)
