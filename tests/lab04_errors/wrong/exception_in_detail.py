# The client reads the text of the exception.
# fails: unexpected
# says: 500 without division

# %% unexpected
@app.get("/fragile")
def fragile(divide_by: int):
    """Divide 1 by a number."""
    return {"result": 1 / divide_by}


# The handler of every other exception
@app.exception_handler(Exception)
async def answer_unexpected(request: Request, exc: Exception):
    request_id = str(uuid4())
    logger.error("request %s failed", request_id, exc_info=exc)
    return problem(request, 500, f"Something went wrong: {exc}", request_id=request_id)
