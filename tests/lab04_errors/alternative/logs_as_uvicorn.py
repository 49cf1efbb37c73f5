# The record goes through uvicorn's own logger, which a terminal shows.
# second: unexpected

# %% unexpected
@app.get("/fragile")
def fragile(divide_by: int):
    """Divide 1 by a number."""
    return {"result": 1 / divide_by}


# The handler of every other exception
@app.exception_handler(Exception)
async def answer_unexpected(request: Request, exc: Exception):
    request_id = str(uuid4())
    logging.getLogger("uvicorn.error").error(f"request {request_id} failed", exc_info=exc)
    return problem(request, 500, "Something went wrong here.", request_id=request_id)
