"""Reads the routes of a section, and says why one that was asked for is not there, where its text shows that."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from labkit import syntax
from labkit.checks.api import Mismatch
from labkit.sections import Section

_ROUTE = re.compile(r"""(?:@\w+\.(\w+)\(\s*["']|# +([A-Z]+) +)(/[^"'\s]*)""")
_REQUEST = re.compile(r"([A-Z]+) (/[^ ?]*)")
_METHODS = {"get", "post", "put", "patch", "delete"}


def answers(section: Section, sent: str) -> bool:
    """Whether a section is where a request is answered, or says in a comment that it is going to be."""
    routes = [(found[1] or found[2], found[3]) for found in _ROUTE.finditer(section.source)]
    return any(_asked(method, path, sent) for method, path in routes)


def advice(section: Section, problem: Mismatch, *, own: bool = True) -> str | None:
    """Say what to mend where a decorator is none, or is for something else than was asked for.

    Args:
        section: where the decorator stands.
        problem: what was asked for, and what came.
        own: whether the section is that of the exercise, so that a route that is missing is one of its own.
    """
    missing = own and problem.got.startswith("404")
    for statement in parsed(section.source):
        if isinstance(statement, ast.Expr):
            found = _loose(statement.value, problem, missing)
        else:
            found = next((said for one in _decorators(statement) if (said := _misread(one, problem, missing))), None)
        if found:
            return found
    return None


def parsed(source: str) -> list[ast.stmt]:
    """The statements of a section; none where it does not parse."""
    try:
        return syntax.tree(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _decorators(statement: ast.stmt) -> Iterator[ast.expr]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from statement.decorator_list


def _loose(call: ast.expr, problem: Mismatch, missing: bool) -> str | None:
    """Say so where the sign before a decorator is missing: the line makes one, and throws it away."""
    match call:
        case ast.Call(ast.Attribute(ast.Name(app), method), [ast.Constant(str(path)), *_]) if method in _METHODS:
            if _asked(method, path, problem.sent) or missing:
                return f"put the sign @ before {app}.{method}(...): without it the line does nothing"
    return None


def _misread(decorator: ast.expr, problem: Mismatch, missing: bool) -> str | None:
    """Say what is wrong with a decorator that has made no route, or that of another method."""
    match decorator:
        case ast.Attribute(ast.Name(app), method) if method in _METHODS and missing:
            return f'give the decorator its path: @{app}.{method}("/...")'
        case ast.Call(ast.Attribute(ast.Name(), method), [ast.JoinedStr(), *_]) if method in _METHODS:
            return "leave out the f before the path: its braces are FastAPI's" if missing else None
        case ast.Call(ast.Attribute(ast.Name("app"), method), [ast.Constant(str(path)), *_]) if method in _METHODS:
            if missing and not path.startswith("/"):
                return "a path begins with a slash"
            asked = problem.sent.partition(" ")[0]
            if problem.got.startswith("405") and method.upper() != asked and _asked(asked, path, problem.sent):
                return f"the route is one for {method.upper()}, and {asked} was sent: @app.{asked.lower()}(...)"
    return None


def _asked(method: str, path: str, sent: str) -> bool:
    """Whether a request is one of this method and path."""
    request = _REQUEST.match(sent)
    return bool(request and method.upper() == request[1] and _fits(path.partition("?")[0], request[2]))


def _fits(template: str, path: str) -> bool:
    """Whether a path is one of a route, part by part: no pattern of the student's is ever matched."""
    wanted, asked = template.split("/"), path.split("/")
    fits = (bool(part) if "{" in place else part == place for place, part in zip(wanted, asked, strict=False))
    return len(wanted) == len(asked) and all(fits)
