"""The words of an exception that many people meet name what to try, and no others do."""

import pytest

from labkit.module.advice import advised, for_exception

WALL = "PydanticSchemaGenerationError: Unable to generate pydantic-core schema for "


@pytest.mark.parametrize(
    ("said", "tried"),
    [
        ("NameError: name 'Field' is not defined (line 3 of the cell a, labs/b.py:9)", "from pydantic import Field, "),
        ("NameError: name 'json' is not defined, in line 3 of the cell a, labs/b.py:9", "import json, "),
        ("NameError: name 'feild' is not defined. Did you mean: 'field'?", None),
        ("NameError: name 'A' is not defined (b.py:9); it comes from one, which is not served", "begin with one"),
        ("TypeError: model_validator() takes 0 positional arguments but 1 was given", 'mode="after"'),
        ("TypeError: model_validator() missing 1 required keyword-only argument: 'mode'", 'mode="after"'),
        ("TypeError: check() takes 0 positional arguments but 1 was given", None),
        ("TypeError: field_validator() missing 1 required positional argument: 'field'", None),
        (f"{WALL}FieldInfo(annotation=NoneType, required=True)", "a type with bounds is an Annotated"),
        (f"{WALL}<class 'numpy.ndarray'>. Set `arbitrary_types_allowed=True`", None),
        ("TypeError: exceptions must derive from BaseException, in line 2 of the cell a", "only an exception can"),
        ("TypeError: the first argument must be callable, in line 2 of the cell a", "run_in_threadpool(method, rows)"),
        ("TypeError: 'list' object is not callable, in line 2 of the cell a", None),
        ("AttributeError: Can't pickle local object 'compute.<locals>.<lambda>', in line 3 of", "only the name of a"),
        ("PicklingError: Can't pickle <function <lambda> at 0x7f>: attribute lookup", "only the name of a function"),
        ("AttributeError: Can't pickle a thing", None),
        (
            "AttributeError: 'State' object has no attribute 'client', in line 20 of the cell client",
            "nothing has put client",
        ),
        ("RuntimeError: cannot schedule new futures after shutdown, in line 2 of", "has to stand within its `with`"),
        ("TypeError: 'Semaphore' object does not support the context manager protocol", "write `async with`"),
        ("TypeError: 'Flower' object does not support the context manager protocol", None),
        ("RuntimeError: await wasn't used with future, in line 9 of the cell gather", "await it"),
        (
            "TypeError: CORSMiddleware.__init__() missing 1 required positional argument: 'app' (line 4",
            "each on its own",
        ),
        ("ValueError: [TypeError(\"'numpy.int64' object is not iterable\")", "one of Python's"),
        ("AttributeError: 'ServerSentEvent' object has no attribute 'encode'", "a route that yields them"),
        ("AttributeError: 'PixelAccess' object has no attribute 'resize', in line 73", "return the picture"),
        ("TypeError: m.Row() argument after ** must be a mapping, not NewModel, in line 4", "made one: .model_dump()"),
        ("StatementError: (builtins.TypeError) Object of type Flower is not JSON serializable [SQL", "takes a dict"),
        ("PendingRollbackError: This Session's transaction has been rolled back", "session.rollback()"),
        ("TypeError: 'ModelRow' object does not support item assignment, in line 20", "setattr(row, name, value)"),
        ("TypeError: 'tuple' object does not support item assignment, in line 20", None),
        ("TypeError: object Future can't be used in 'await' expression, in line 15", "not for what submit returns"),
        ("TypeError: object Response can't be used in 'await' expression, in", "a Response is there already"),
        ("TypeError: object NoneType can't be used in 'await' expression, in", None),
        ("RuntimeError: Cannot open a client instance more than once., in line 13", "it is open already"),
        ("UnsupportedProtocol: Request URL is missing an 'http://' or 'https://' protocol.", "its base_url"),
        ("AttributeError: 'HTTPStatusError' object has no attribute 'status_code', in", "problem.response.status_code"),
        ("TypeError: 'ProcessPoolExecutor' object does not support the asynchronous context manager", "write `with`"),
        (
            "TypeError: open_client() missing 1 required positional argument: 'app', in line 32 of the cell setup",
            "with n",
        ),
        ("TypeError: lifespan() missing 1 required positional argument: 'app', in line 3 of the cell lifespan", None),
        ("ValueError: [TypeError(\"'uvloop.loop.TCPTransport' object is not iterable\")", "return its .json()"),
        (
            "SyntaxError: 'await' outside async function (line 2 of the cell a, b.py:4)",
            "await stands in an `async def`",
        ),
        ("AssertionError: Cannot use `Query` for path param 'item_id' (line 2", "takes its type alone: item_id: int"),
        ("PydanticUserError: Decorators defined with incorrect fields: m.A:9.f (use", "compare how the two are spelt"),
        ("PydanticUserError: Field 'age' requires a type annotation (line 7", "stands its type: age: Annotated["),
        ("PydanticUserError: `regex` is removed. use `pattern` instead", None),
        ("ResponseValidationError: 2 validation errors: {'type': 'missing'", "has to fit its response_model"),
        ("RequestValidationError: 2 validation errors: {'type': 'missing'", None),
        ("TypeError: 'Flower' object is not subscriptable, in line 2", "the fields of a Flower are attributes"),
        ("TypeError: 'coroutine' object is not callable, in line 2", "return await call_next(request)"),
        ("AttributeError: 'coroutine' object has no attribute 'items', in line 2", "await in front of the call"),
        ("AttributeError: 'int' object has no attribute 'encode', in line 103", "put str(...) around it"),
        ("AttributeError: 'NoneType' object has no attribute 'encode', in line 103", None),
        ("HTTPException: 307: Temporary Redirect, in line 7 of the cell transport, labs/a.py:194", "in a middleware"),
        ("UnknownHashError: This hash can't be identified. Make sure it's valid", "the password first"),
        ("ValueError: Redis URL must specify one of the following schemes (redis://", "only where there is one"),
        ("TypeError: 'NoneType' object is not subscriptable, in line 2", None),
        ("RuntimeError: asyncio.run() cannot be called from a running event loop, in", "runs already: write await"),
        ("TypeError: HTTPException.__init__() got an unexpected keyword argument 'status', in", "called status_code"),
        ("TypeError: HTTPException.__init__() got an unexpected keyword argument 'header', in", None),
        ("TypeError: issubclass() arg 1 must be a class", "a handler is for a class of exceptions"),
        ("ValueError: counter metric is missing label values, in line 19", "say its labels first"),
        ("ValueError: [TypeError(\"'builtin_function_or_method' object is not iterable\")", "call it, with brackets"),
        ("TypeError: 'float' object is not iterable, in line 2", None),
        ("PydanticImportError: `BaseSettings` has been moved to the `pydantic-settings` package", "pydantic_settings"),
    ],
)
def test_advice_goes_to_the_words_that_name_the_cause(said, tried):
    """A known mistake is told what to try below what was raised; one that looks alike is told nothing."""
    found = for_exception(said)
    assert (found is None) if tried is None else (tried in found)
    assert advised(said) == (f"{said}\ntry       {found}" if found else said)
