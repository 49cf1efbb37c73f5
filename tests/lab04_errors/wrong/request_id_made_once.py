# The id is made when the module is imported.
# fails: unexpected
# says: another request_id

# %% unexpected
@app.get("/fragile")
def fragile(divide_by: int):
    """Divide 1 by a number."""
    return {"result": 1 / divide_by}


# The handler of every other exception
request_id = str(uuid4())


@app.exception_handler(Exception)
async def answer_unexpected(request: Request, exc: Exception):
    logger.error("request %s failed", request_id, exc_info=exc)
    return problem(request, 500, "Something went wrong here.", request_id=request_id)
