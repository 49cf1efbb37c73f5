"""What to try where the words of an exception name a mistake that many people make.

It goes by the words alone, because those are all that comes out of a sandbox.
"""

from __future__ import annotations

import re
from typing import NamedTuple

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


class _Tip(NamedTuple):
    """What to try where these words are raised, and where the module has those, if there are any."""

    raised: str
    tip: str
    written: str = ""


_TIPS = (
    _Tip(r"NameError: .* comes from (\w+), which is not served", r"begin with \1"),
    _Tip(
        r"TypeError: model_validator\(\) (takes 0 positional|missing 1 required keyword-only argument: 'mode')",
        'say when it runs: @model_validator(mode="after")',
    ),
    _Tip(
        r"PydanticSchemaGenerationError: Unable to generate pydantic-core schema for FieldInfo\(",
        "a type with bounds is an Annotated: Name = Annotated[list[float], Field(...)], not Name: ... = Field(...)",
    ),
    _Tip(
        r"SyntaxError: '(await|async with|async for)' outside async function",
        r"\1 stands in an `async def` alone: write that, or leave the word out where nothing is waited for",
    ),
    _Tip(
        r"ValidationError: 1 validation error for ServerSentEvent id Input should be a valid string",
        "the id of an event is text: id=str(number)",
    ),
    _Tip(
        r"AssertionError: Cannot use `\w+` for path param '(\w+)'",
        r"what stands in the braces of the path takes its type alone: \1: int",
    ),
    _Tip(
        r"PydanticUserError: Decorators defined with incorrect fields",
        "a validator names a field that its class has: compare how the two are spelt",
    ),
    _Tip(
        r"PydanticUserError: Field '(\w+)' requires a type annotation",
        r"behind the name stands its type: \1: Annotated[..., Field(...)]",
    ),
    _Tip(
        r"ResponseValidationError: ",
        "what the function returns has to fit its response_model, or the type behind its arrow",
    ),
    _Tip(
        r"TypeError: '(?!NoneType)([A-Z]\w+)' object is not subscriptable",
        r"the fields of a \1 are attributes: write a dot",
    ),
    _Tip(r"asyncio\.run\(\) cannot be called from a running event loop", "the event loop runs already: write await"),
    _Tip(
        r"RuntimeError: cannot reuse already awaited coroutine",
        "a coroutine can be awaited once, and lru_cache keeps the coroutine: keep what it has returned",
    ),
    _Tip(r"__init__\(\) got an unexpected keyword argument 'status'", "the argument is called status_code"),
    _Tip(
        r"TypeError: issubclass\(\) arg 1 must be a class",
        "a handler is for a class of exceptions: @app.exception_handler(SomeError), with no brackets behind the name",
    ),
    _Tip(
        r"ValueError: \w+ metric is missing label values",
        "say its labels first: .labels(...), then .inc() or .observe(...)",
    ),
    _Tip(
        r"'(?:builtin_function_or_method|function|method)' object is not iterable",
        "a function stands where its answer should: call it, with brackets behind its name",
    ),
    _Tip(
        r"PydanticImportError: `BaseSettings` has been moved",
        "it has a package of its own now: from pydantic_settings import BaseSettings",
    ),
    _Tip(
        r"AttributeError: (?:log_level|version|model_path)\b",
        "a class is not yet one of its kind: call it, Settings()",
        written=r"or Settings\b(?!\()",
    ),
    _Tip(
        r"TypeError: exceptions must derive from BaseException",
        "only an exception can be raised: return a response, or raise HTTPException(...)",
    ),
    _Tip(
        r"TypeError: the first argument must be callable",
        "hand over the function and its arguments, each on its own: run_in_threadpool(method, rows)",
    ),
    _Tip(
        r"(PicklingError|AttributeError): Can't (pickle|get) (local object )?\W*[\w.]*<(function <)?(lambda|locals)>",
        "only the name of a function goes to another process: hand over one of the module, and its argument beside it",
    ),
    _Tip(
        r"AttributeError: 'State' object has no attribute '(\w+)'",
        r"nothing has put \1 into app.state: what does so has to run when the app starts",
    ),
    _Tip(
        r"RuntimeError: (.*the client has been closed|cannot schedule new futures after shutdown)",
        "it was closed before it was used: the yield has to stand within its `with`",
    ),
    _Tip(
        r"TypeError: \w+Middleware\.__init__\(\) missing 1 required positional argument: 'app'",
        "hand over the class and its settings, each on its own: app.add_middleware(Class, setting=value)",
    ),
    _Tip(
        r"TypeError\(\"'numpy\.(\w+)' object is not iterable",
        "a number of numpy's is no JSON: int(...) or float(...) makes it one of Python's",
    ),
    _Tip(
        r"'ServerSentEvent' object has no attribute 'encode'",
        "FastAPI writes the events of a route that yields them, with response_class=EventSourceResponse",
    ),
    _Tip(
        r"'PixelAccess' object has no attribute",
        "load() fills the picture itself, and returns something else: return the picture",
    ),
    _Tip(
        r"TypeError: .*argument after \*\* must be a mapping, not ([A-Z]\w+)",
        r"a \1 is no dict, but can be made one: .model_dump()",
    ),
    _Tip(
        r"TypeError\) Object of type ([A-Z]\w+) is not JSON serializable",
        r"a column of JSON takes a dict, and .model_dump() makes one of a \1",
    ),
    _Tip(
        r"PendingRollbackError: ",
        "after an insert that was refused the session has to go back first: session.rollback()",
    ),
    _Tip(
        r"TypeError: '([A-Z]\w+)' object does not support item assignment",
        r"the fields of a \1 are attributes: setattr(row, name, value), or a dot",
    ),
    _Tip(
        r"TypeError: object Future can't be used in 'await' expression",
        "the event loop waits for run_in_executor(pool, function, argument), and not for what submit returns",
    ),
    _Tip(
        r"TypeError: object (?!NoneType)(\w+) can't be used in 'await' expression",
        r"await what an `async def` returns: a \1 is there already",
    ),
    _Tip(
        r"RuntimeError: Cannot open a client instance more than once",
        "it is open already: `async with` stands where the client is made, and nowhere else",
    ),
    _Tip(
        r"UnsupportedProtocol: Request URL is missing",
        "the path alone is no address: give the client its base_url",
    ),
    _Tip(
        r"AttributeError: 'HTTPStatusError' object has no attribute '(status_code|text|headers|json)'",
        r"the exception has a response, and that has what you look for: problem.response.\1",
    ),
    _Tip(
        r"AttributeError: 'str' object has no attribute 'get_start_method'",
        'a context is no text: mp_context=multiprocessing.get_context("spawn")',
    ),
    _Tip(
        r"TypeError: '(\w+Executor|\w*Pool|Client)' object does not support the asynchronous context manager",
        "write `with`, without async",
    ),
    _Tip(
        r"TypeError: (\w+)\(\) missing 1 required positional argument: 'app', in line \d+ of the cell setup",
        r"a resource is called with nothing, and finds the app by its name: async def \1():",
    ),
    _Tip(
        r"ValueError: \[TypeError\(\"'[\w.]*Transport' object is not iterable",
        "an answer of httpx is no JSON, it has some: return its .json()",
    ),
    _Tip(
        r"TypeError: '(Semaphore|Lock|Condition|Timeout|AsyncClient)' object does not support the context manager",
        "write `async with`",
    ),
    _Tip(
        r"\[TypeError\(\"'coroutine' object is not iterable\"\)|await wasn't used with future",
        "await it: what you return is something that has yet to come",
    ),
    _Tip(
        r"'builtins\.async_generator' object does not support the asynchronous",
        "is there @asynccontextmanager above each resource, and @resources.append above that?",
    ),
    _Tip(r"'(async_)?generator' object does not support the asynchronous", "is there @asynccontextmanager above it?"),
    _Tip(
        r"AttributeError: 'coroutine' object has no attribute",
        "what an `async def` returns has to be awaited: write await in front of the call, or a plain def",
    ),
    _Tip(
        r"AttributeError: '(int|float)' object has no attribute 'encode'",
        "the value of a header is a text: put str(...) around it",
    ),
    _Tip(
        r"HTTPException: \d{3}: .* of the cell",
        "in a middleware nobody makes an answer of it: return a response there, and raise nothing",
    ),
    _Tip(r"UnknownHashError", "verify takes the password first, and behind it what hasher.hash has made of one"),
    _Tip(
        r"ValueError: Redis URL must specify one of",
        "without an address there is nobody to ask: make a client only where there is one",
    ),
    _Tip(
        r"TypeError: 'coroutine' object is not callable",
        "return await call_next(request): without await it is no response",
    ),
    _Tip(r"'_GeneratorContextManager' object does not", "it takes @asynccontextmanager, not @contextmanager"),
    _Tip(r"'(coroutine|NoneType)' object is not an async iterator", "it needs a yield: what is above it is the start"),
    _Tip(r"generator didn't yield", "it has to come to its yield: what is above it is the start"),
    _Tip(
        r"\bField required\b",
        "Field(env=...) is Pydantic 1: write an alias for each field, or env_prefix for all of them",
        written=r"\bField\([^)\n]*\benv\s*=",
    ),
)
_UNKNOWN_NAME = re.compile(r"NameError: name '(\w+)' is not defined")


def for_exception(said: str, text: str = "") -> str | None:
    """Return what to try where these words of an exception identify the cause; else None.

    Args:
        said: the words.
        text: the module, where it is at hand: some causes need both.
    """
    for known in _TIPS:
        if (found := re.search(known.raised, said)) and re.search(known.written, text):
            return found.expand(known.tip)
    name = _UNKNOWN_NAME.match(said)
    if name and name[1] in _IMPORTS:
        return f"{_IMPORTS[name[1]]}, in this section: a module has none of the notebook's names"
    return None


def sentence(said: str, text: str = "") -> str:
    """Return the same as a sentence, for a message that has but one line; else nothing."""
    known = for_exception(said, text)
    return f"{known[0].upper()}{known[1:]}{'' if known.endswith('?') else '.'}" if known else ""


def untold(said: str) -> str | None:
    """Return what to try where that is known, and stands not in what was said already; else None."""
    known = None if TRY in said else for_exception(said)
    return known if known and known[1:] not in said else None


def advised(said: str) -> str:
    """Return what was said, and below it what to try, where that is known and not said yet."""
    known = untold(said)
    return f"{said}\n{TRY}{known}" if known else said
