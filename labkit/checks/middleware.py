"""Says which section's middleware answers with an error in place of every route behind it.

Whatever is asked for, the answer is that error: no exercise can pass before it is mended, so each of them says so, in
the same words.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from labkit.checks import routes
from labkit.checks.mismatch import Mismatch
from labkit.sections import Section

_ADDED = re.compile(r"\.(?:add_)?middleware\(")
_RAISED = re.compile(r"in line (\d+) of the cell (\w+), ")
_NO_RESPONSE = re.compile(r"object is not callable|call_next\(\) takes")
"""What Starlette says where it is given something that is no response; the middleware around is where it is raised."""
_RETURN = ", let it return what call_next has given it"
_AWAIT = ", let it `return await call_next(request)`"


def advice(sections: Sequence[Section], own: Section, problem: Mismatch) -> str | None:
    """Say what to mend first, where it is middleware.

    Args:
        sections: what is served, in its order: the middleware of a section is around that of the sections before.
        own: the section of the exercise. What a check advises of its own middleware goes before.
        problem: what was asked for, and what came.
    """
    around = [section for section in sections if _ADDED.search(section.source)]
    raised = _RAISED.search(problem.got)
    number = int(raised[1]) if raised else 0
    place = next((at for at, section in enumerate(around) if raised and section.name == raised[2]), None)
    if _NO_RESPONSE.search(problem.got):
        inside = around if raised is None else around[:place] if _calls_next(around, place, number) else []
        if found := next(filter(_returns_nothing, around), None) or next(reversed(inside), None):
            return _first(found.name) + (_AWAIT if "'coroutine'" in problem.got else _RETURN)
    if place is None or (around[place] == own and problem.advice) or not _raises(around[place], number, problem.sent):
        return None
    return _first(f"{around[place].name}, line {number},")


def _first(place: str) -> str:
    return f"the middleware in {place} stands before every route: mend it first"


def _returns_nothing(section: Section) -> bool:
    """Whether it has middleware that never returns anything."""
    made = (one for one in routes.parsed(section.source) if _takes_call_next(one))
    return any(not any(isinstance(node, ast.Return) for node in ast.walk(one)) for one in made)


def _takes_call_next(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.AsyncFunctionDef) and any(
        argument.arg == "call_next" for argument in statement.args.args
    )


def _calls_next(around: Sequence[Section], place: int | None, number: int) -> bool:
    """Whether a line of a cell, whose first one is not a part of its section, calls what is inside."""
    lines = ["", "", *around[place].source.splitlines()] if place is not None else []
    return number < len(lines) and "call_next(" in lines[number]


def _raises(section: Section, number: int, sent: str) -> bool:
    """Whether a line belongs to middleware, or to a function that it calls, and to no route."""
    made = (one for one in routes.parsed(section.source) if one.lineno < number <= (one.end_lineno or 0) + 1)
    match next(made, None):
        case ast.ClassDef():
            return True
        case ast.FunctionDef() | ast.AsyncFunctionDef() as function:
            helps = not function.decorator_list and not routes.answers(section, sent)
            return _takes_call_next(function) or helps
    return False
