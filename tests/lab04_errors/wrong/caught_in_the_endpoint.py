# The endpoint catches everything and tells it, as on the slide.
# fails: unexpected
# says: "request_id"

# %% unexpected
@app.get("/fragile")
def fragile(divide_by: int):
    """Divide 1 by a number."""
    try:
        return {"result": 1 / divide_by}
    except Exception as e:
        raise HTTPException(500, f"Division failed: {e}")


# The handler of every other exception
@app.exception_handler(Exception)
async def answer_unexpected(request: Request, exc: Exception):
    request_id = str(uuid4())
    logger.error("request %s failed", request_id, exc_info=exc)
    return problem(request, 500, "Something went wrong here.", request_id=request_id)
