# A handler with def runs in a thread, where there is no exception to be seen.
# fails: unexpected
# says: exc_info=exc

# %% unexpected
@app.get("/fragile")
def fragile(divide_by: int):
    """Divide 1 by a number."""
    return {"result": 1 / divide_by}


# The handler of every other exception
@app.exception_handler(Exception)
def answer_unexpected(request: Request, exc: Exception):
    request_id = str(uuid4())
    logger.exception("request %s failed", request_id)
    return problem(request, 500, "Something went wrong here.", request_id=request_id)
