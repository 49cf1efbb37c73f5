# The 422 is FastAPI's own.
# fails: problem_details
# says: 422 as application/problem+json

# %% problem_details
def problem(request: Request, status: int, detail: str, headers=None, **more):
    """Return an error as a problem document; `more` are members of its own, such as errors=[...]."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    return JSONResponse(content | more, status, headers, media_type="application/problem+json")


# The handlers of StarletteHTTPException, RequestValidationError and ModelNotLoadedError
@app.exception_handler(StarletteHTTPException)
async def answer_http(request: Request, exc: StarletteHTTPException):
    return problem(request, exc.status_code, str(exc.detail), exc.headers)


async def answer_invalid(request: Request, exc: RequestValidationError):
    errors = [{"loc": error["loc"], "msg": error["msg"]} for error in exc.errors()]
    return problem(request, 422, "The request is not valid.", errors=errors)


@app.exception_handler(ModelNotLoadedError)
async def answer_not_loaded_problem(request: Request, exc: ModelNotLoadedError):
    return problem(request, 503, "The model is not available.", {"Retry-After": "30"})
