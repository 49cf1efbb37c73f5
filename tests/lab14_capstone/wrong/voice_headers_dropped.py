# The handler drops the headers of the error.
# fails: one_voice
# also: door, queue, under_fire
# says: error.headers

# %% one_voice
from fastapi.middleware.cors import CORSMiddleware
from starlette.exceptions import HTTPException as AnyHTTPException

# two handlers      for AnyHTTPException and RequestValidationError: each answers with a problem document
# a middleware      catches what is raised, and gives each response its id
# CORSMiddleware    around all of it


@app.exception_handler(AnyHTTPException)
def say_error(request: Request, error: AnyHTTPException):
    """Answer with a problem document, and keep the headers."""
    return problem(request, error.status_code, error.detail)


@app.exception_handler(RequestValidationError)
def say_invalid(request: Request, error: RequestValidationError):
    """Name the fields, without repeating what was sent."""
    errors = [{"field": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors()]
    return problem(request, 422, "The request is not valid.", errors=errors)


@app.middleware("http")
async def one_voice(request: Request, call_next):
    """Answer for whatever raises, and name the request."""
    try:
        response = await call_next(request)
    except Exception:
        logger.exception("request %s failed", request_id_of(request))
        response = problem(request, 500, "Something went wrong here.")
    response.headers["X-Request-ID"] = request_id_of(request)
    return response


app.add_middleware(
    CORSMiddleware,
    allow_origins=[origin.strip() for origin in settings.allowed_origins.split(",")],
    allow_methods=["GET", "POST", "PUT"],
    allow_headers=["X-API-Key", "Content-Type", "X-Request-ID"],
    expose_headers=["X-Request-ID", "Retry-After"],
)
