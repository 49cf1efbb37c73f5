"""What to try where the words of an exception name a mistake that many people make.

It goes by the words alone, because those are all that comes out of a sandbox.
"""

from __future__ import annotations

import re

TRY = "try       "
"""How the line begins that says what to try."""

_FROM = {
    "contextlib": "asynccontextmanager",
    "datetime": "UTC datetime timedelta timezone",
    "enum": "Enum StrEnum",
    "fastapi": "Depends FastAPI Form Header HTTPException Query Request Response",
    "fastapi.concurrency": "run_in_threadpool",
    "fastapi.exceptions": "RequestValidationError",
    "fastapi.responses": "JSONResponse PlainTextResponse",
    "fastapi.testclient": "TestClient",
    "http": "HTTPStatus",
    "pydantic": "BaseModel ConfigDict EmailStr Field FiniteFloat SecretStr TypeAdapter ValidationError computed_field "
    "field_validator model_validator",
    "typing": "Annotated Any Literal Optional Self",
    "uuid": "uuid4",
}
_IMPORTS = {name: f"from {module} import {name}" for module, names in _FROM.items() for name in names.split()}
_IMPORTS |= {name: f"import {name}" for name in ("asyncio", "joblib", "json", "logging", "math", "os", "re", "uuid")}
_IMPORTS |= {"np": "import numpy as np"}

_KNOWN = {
    r"NameError: .* comes from (\w+), which is not served": r"begin with \1",
    r"TypeError: model_validator\(\) (takes 0 positional|missing 1 required keyword-only argument: 'mode')": (
        'say when it runs: @model_validator(mode="after")'
    ),
    r"PydanticSchemaGenerationError: Unable to generate pydantic-core schema for FieldInfo\(": (
        "a type with bounds is an Annotated: Name = Annotated[list[float], Field(...)], not Name: ... = Field(...)"
    ),
    r"TypeError: exceptions must derive from BaseException": (
        "only an exception can be raised: return a response, or raise HTTPException(...)"
    ),
    r"ValidationError: 1 validation error for ServerSentEvent id Input should be a valid string": (
        "the id of an event is text: id=str(number)"
    ),
    r"TypeError: the first argument must be callable": (
        "hand over the function and its arguments, each on its own: run_in_threadpool(method, rows)"
    ),
    r"(PicklingError|AttributeError): Can't (pickle|get) (local object )?\W*[\w.]*<(function <)?(lambda|locals)>": (
        "only the name of a function goes to another process: hand over one of the module, and its argument beside it"
    ),
    r"AttributeError: 'State' object has no attribute '(\w+)'": (
        r"nothing has put \1 into app.state: what does so has to run when the app starts"
    ),
    r"RuntimeError: (.*the client has been closed|cannot schedule new futures after shutdown)": (
        "it was closed before it was used: the yield has to stand within its `with`"
    ),
    r"TypeError: '(Semaphore|Lock|Condition|Timeout|AsyncClient)' object does not support the context manager": (
        "write `async with`"
    ),
    r"\[TypeError\(\"'coroutine' object is not iterable\"\)|await wasn't used with future": (
        "await it: what you return is something that has yet to come"
    ),
}
_UNKNOWN_NAME = re.compile(r"NameError: name '(\w+)' is not defined")


def for_exception(said: str) -> str | None:
    """Return what to try where these words of an exception identify the cause; else None."""
    for pattern, known in _KNOWN.items():
        if found := re.search(pattern, said):
            return found.expand(known)
    name = _UNKNOWN_NAME.match(said)
    if name and name[1] in _IMPORTS:
        return f"{_IMPORTS[name[1]]}, in this section: a module has none of the notebook's names"
    return None


def advised(said: str) -> str:
    """Return what was said, and below it what to try, where that is known."""
    known = None if TRY in said else for_exception(said)
    return f"{said}\n{TRY}{known}" if known else said
