"""Loads a lab's module from its file, leaving out the sections that would stop it.

A section that does not parse, or raises when the module is imported, costs its own exercise and no other.
"""

from __future__ import annotations

import importlib.util
import linecache
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from labkit import sections

SETUP = "setup"


class NotServable(Exception):
    """There is no app to serve; the message says which of the possible reasons it is and what to do."""


@dataclass(frozen=True)
class Loaded:
    """A module that was loaded.

    Attributes:
        module: the module, without the sections left out.
        app: its ASGI application.
        left_out: why each section that was left out was, by its name.
    """

    module: ModuleType
    app: Any
    left_out: dict[str, str] = field(default_factory=dict)


def load(path: Path) -> Loaded:
    """Load a lab's module from its file.

    Raises:
        NotServable: it is not written yet, nothing of it can be imported, or it has no `app`.
    """
    if not path.exists():
        raise not_written(path)
    text = sections.normalise(path.read_text(encoding="utf-8", errors="replace"))
    left_out = _unparsable(text, path)
    while True:
        served = sections.without(text, left_out)
        try:
            module = _run(_compile(served, path), path, served)
        except BaseException as problem:  # noqa: BLE001 (SystemExit, too, is a student's mistake)
            if isinstance(problem, KeyboardInterrupt):
                raise
            culprit = _culprit(problem, served, path)
            if culprit is None or culprit in left_out:
                raise NotServable(f"{path.name} cannot be imported: {explain(problem, text, path)}") from None
            left_out[culprit] = explain(problem, text, path)
            continue
        return Loaded(module, _app(module, path, left_out), left_out)


def not_written(path: Path) -> NotServable:
    """Return what to raise where there is no module yet."""
    return NotServable(f"{path.name} is not written yet: run the first %%section cell of the notebook.")


def given(loaded: Loaded, names: Iterable[str]) -> dict[str, Any]:
    """Return the values of the module's given names, where they are plain data (JSON)."""
    return {name: getattr(loaded.module, name) for name in names if _plain(getattr(loaded.module, name, None))}


def explain(problem: BaseException, text: str, path: Path) -> str:
    """Say in one line what was raised and where, with the line of the notebook's cell."""
    line = _line(problem, path)
    what = problem.msg if isinstance(problem, SyntaxError) else str(problem)
    said = f"{type(problem).__name__}: {what}" if what else type(problem).__name__
    place = sections.section_at(text, line) if line else None
    if place:
        return f"{said} (line {place[1]} of the cell {place[0]}, {path.parent.name}/{path.name}:{line})"
    return f"{said} ({path.parent.name}/{path.name}:{line})" if line else said


def raised_at(problem: BaseException, path: Path) -> str:
    """Say what was raised and at which line of the student's module, as `ValueError in labs/lab03_serving.py:31`."""
    line = _line(problem, path)
    return f"{type(problem).__name__} in {path.parent.name}/{path.name}:{line}" if line else type(problem).__name__


def _line(problem: BaseException, path: Path) -> int | None:
    """The last line of the module that the exception went through; for a syntax error, the line it names."""
    if isinstance(problem, SyntaxError) and problem.filename == str(path):
        return problem.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == str(path)]
    return lines[-1] if lines else None


def _unparsable(text: str, path: Path) -> dict[str, str]:
    """Return the sections that do not parse, each with the reason."""
    left_out = {}
    for section in sections.parse(text):
        try:
            alone = sections.without(text, {other.name for other in sections.parse(text)} - {section.name})
            compile(alone, str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as problem:
            left_out[section.name] = explain(problem, text, path)
    return left_out


def _compile(served: str, path: Path) -> CodeType:
    return compile(served, str(path), "exec", dont_inherit=True)


def _run(code: CodeType, path: Path, served: str) -> ModuleType:
    """Run the code as a fresh module under the file's name.

    inspect.getsource and tracebacks read a module's lines from linecache: it is given the served text, so that a
    library that reads the source sees what runs.
    """
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    linecache.cache[str(path)] = (len(served), None, served.splitlines(keepends=True), str(path))
    before = sys.modules.get(path.stem)
    sys.modules[path.stem] = module
    try:
        exec(code, module.__dict__)  # noqa: S102 (this is what importing a module does)
    except BaseException:
        if before is not None:
            sys.modules[path.stem] = before
        else:
            del sys.modules[path.stem]
        raise
    return module


def _culprit(problem: BaseException, served: str, path: Path) -> str | None:
    """Return the section that raised while the module was imported: the one whose top-level line was running."""
    lines = [frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == str(path)]
    if isinstance(problem, SyntaxError) and problem.filename == str(path) and problem.lineno:
        lines = [problem.lineno]
    place = sections.section_at(served, lines[0]) if lines and lines[0] else None
    return place[0] if place else None


def _app(module: ModuleType, path: Path, left_out: dict[str, str]) -> Any:
    app = getattr(module, "app", None)
    if callable(app):
        return app
    if SETUP in left_out:
        raise NotServable(f"{path.name} has no app: its section setup was left out. {left_out[SETUP]}")
    if app is None:
        raise NotServable(f"{path.name} has no app: it needs a line such as `app = FastAPI()`.")
    raise NotServable(f"app in {path.name} is a {type(app).__name__}: it must be an application, `app = FastAPI()`.")


def _plain(value: Any) -> bool:
    """Whether a value is plain data, made of exactly the types JSON knows."""
    if type(value) is dict:
        return all(type(key) is str and _plain(item) for key, item in value.items())
    if type(value) is list:
        return all(map(_plain, value))
    return type(value) in {str, int, float, bool}
