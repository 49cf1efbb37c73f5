# The id is not made a text, so the handler of every other exception raises, too.
# fails: unexpected
# says: make a text of the id

# %% unexpected
@app.get("/fragile")
def fragile(divide_by: int):
    """Divide 1 by a number."""
    return {"result": 1 / divide_by}


# The handler of every other exception
@app.exception_handler(Exception)
async def answer_unexpected(request: Request, exc: Exception):
    request_id = uuid4()
    logger.error("request %s failed", request_id, exc_info=exc)
    return problem(request, 500, "Something went wrong here.", request_id=request_id)
