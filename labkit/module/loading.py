"""Loads a lab's module from its file, leaving out the sections that would stop it.

A section that does not parse, or raises when the module is imported, costs its own exercise and no other.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import inspect
import linecache
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NoReturn

from labkit import sections, syntax
from labkit.module import advice
from labkit.module.cleanup import Leftovers
from labkit.module.deadline import deadline
from labkit.module.errors import explain, lines_of
from labkit.sections import SETUP


class NotServable(Exception):
    """There is no app to serve; the message says which of the possible reasons it is and what to do."""


class NotStarted(NotServable):
    """The module was imported and does not start: without the section that is to blame it may."""


class Slow(NotStarted):
    """It did not start in time."""


@dataclass(frozen=True)
class Loaded:
    """A module that was loaded.

    Attributes:
        module: the module, without the sections left out.
        app: its ASGI application.
        left_out: why each section that was left out was, by its name.
        apps: the sections that make an app; more than one is a mistake, only the last is served.
        hung: the sections left out because they took too long.
        leftovers: what its code has added to the process.
    """

    module: ModuleType
    app: Any
    leftovers: Leftovers
    left_out: dict[str, str] = field(default_factory=dict)
    apps: list[str] = field(default_factory=list)
    hung: list[str] = field(default_factory=list)


class Interrupted(KeyboardInterrupt):
    """The student has interrupted the import; says in which section."""

    def __init__(self, section: str, reason: str) -> None:
        """Keep the section, and why it is to be left out."""
        super().__init__(reason)
        self.section, self.reason = section, reason


def load(path: Path, seconds: float | None = None, skip: Mapping[str, str] | None = None) -> Loaded:
    """Load a lab's module from its file.

    Args:
        path: the file.
        seconds: how long the import of a section may take, where the platform can limit it.
        skip: sections to leave out unseen, each with the reason.

    Raises:
        NotServable: it is not written yet, nothing of it can be imported, or it has no `app`.
        Interrupted: a section was interrupted while it was imported.
    """
    if not path.exists():
        raise not_written(path)
    text = sections.normalise(path.read_text(encoding="utf-8", errors="replace"))
    left_out, hung, leftovers = dict(skip or {}) | unparsable(text, path), [], Leftovers(path)
    while True:
        served = sections.without(text, left_out)
        leftovers.importable()
        try:
            with leftovers.watched(), _no_other_server(), _limited(seconds):
                module = _run(_compile(served, path), path, served)
        except BaseException as problem:  # SystemExit, too, is a student's mistake
            leftovers.clear()
            culprit = _culprit(problem, served, path)
            if isinstance(problem, KeyboardInterrupt):
                if culprit is None:
                    raise
                raise Interrupted(culprit, explain(problem, text, path)) from None
            if culprit is None or culprit in left_out:
                why = explain(problem, text, path)
                raise NotServable(f"{path.name} cannot be imported: {why}. Mend that line.") from None
            left_out[culprit] = explain(problem, text, path) + _missed(problem, text, left_out)
            hung += [culprit] if isinstance(problem, TimeoutError) else []
            continue
        return Loaded(module, _app(module, path, text, left_out), leftovers, left_out, _apps(served), hung)


def not_written(path: Path) -> NotServable:
    """Return what to raise where there is no module yet."""
    return NotServable(f"{path.name} is not written yet: run the first %%section cell of the notebook.")


def given(loaded: Loaded, names: Iterable[str]) -> dict[str, Any]:
    """Return the values of the module's given names, where they are plain data (JSON)."""
    return {name: getattr(loaded.module, name) for name in names if _plain(getattr(loaded.module, name, None))}


def unparsable(text: str, path: Path) -> dict[str, str]:
    """Return the sections that do not parse, each with the reason."""
    left_out = {}
    for section in sections.parse(text):
        try:
            alone = sections.without(text, {other.name for other in sections.parse(text)} - {section.name})
            compile(alone, str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
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


@contextlib.contextmanager
def _no_other_server() -> Iterator[None]:
    """Let a module that starts uvicorn itself fail at that line: a running event loop cannot be interrupted."""
    import uvicorn  # not at the top: whoever only looks at sections has no use for it

    def refuse(*arguments: Any, **options: Any) -> NoReturn:
        raise RuntimeError("the module starts a server of its own; remove that line, the app is served already")

    run, uvicorn.Server.run = uvicorn.Server.run, refuse  # type: ignore[method-assign]
    configure = uvicorn.Config.configure_logging  # it would take uvicorn's records out of the log of the server at hand
    uvicorn.Config.configure_logging = lambda self: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        uvicorn.Server.run, uvicorn.Config.configure_logging = run, configure  # type: ignore[method-assign]


def _culprit(problem: BaseException, served: str, path: Path) -> str | None:
    """Return the section that raised while the module was imported: the one whose top-level line was running."""
    lines = lines_of(problem, path)
    if isinstance(problem, SyntaxError) and problem.filename == str(path) and problem.lineno:
        lines = [problem.lineno]
    place = sections.section_at(served, lines[0]) if lines and lines[0] else None
    return place[0] if place else None


def _missed(problem: BaseException, text: str, left_out: Mapping[str, str]) -> str:
    """Say where a name comes from that is not there because its section was left out before."""
    if not isinstance(problem, NameError) or not problem.name:
        return ""
    homes = [one.name for one in sections.parse(text) if sections.declares(one.source, problem.name)]
    gone = next((home for home in homes if home in left_out), None)
    return f"; it comes from {gone}, which is not served" if gone else ""


def _app(module: ModuleType, path: Path, text: str, left_out: dict[str, str]) -> Any:
    app = _made(module, path, text)
    if _is_application(app):
        return app
    if SETUP in left_out:
        raise NotServable(f"{path.name} has no app: its section setup was left out. {left_out[SETUP]}")
    names = [section.name for section in sections.parse(text)]
    if app is None and names and SETUP not in names:
        raise NotServable(f"{path.name} has no app, because it has no section setup: run the first %%section cell.")
    if app is None:
        raise NotServable(f"{path.name} has no app: it needs a line such as `app = FastAPI()`.")
    kind = f"the class {app.__name__}" if isinstance(app, type) else f"a {type(app).__name__}"
    raise NotStarted(f"app in {path.name} is {kind}: it must be an application, `app = FastAPI()`.")


def _made(module: ModuleType, path: Path, text: str) -> Any:
    """Return the module's `app`; where it has none, what its `create_app` makes, as uvicorn's --factory would."""
    try:
        app = getattr(module, "app", None)  # a module may make it at this moment
        factory = getattr(module, "create_app", None)
        return factory() if app is None and inspect.isfunction(factory) else app
    except (Exception, SystemExit) as problem:  # noqa: BLE001 (it is the student's code)
        why = f"The app of {path.name} cannot be made: {explain(problem, text, path)}."
        raise NotStarted(f"{why} {advice.sentence(why, text)}".rstrip()) from None


def _is_application(app: Any) -> bool:
    """Whether an object can be called as ASGI calls an application: with scope, receive and send, as a coroutine."""
    if not callable(app) or isinstance(app, type) or (inspect.isfunction(app) and not inspect.iscoroutinefunction(app)):
        return False
    try:
        inspect.signature(app).bind(None, None, None)
    except (TypeError, ValueError):
        return False
    return True


def _apps(served: str) -> list[str]:
    """Return the sections that assign `app` at their top level, each as often as it does."""
    statements = [
        node for node in syntax.tree(served).body if isinstance(node, ast.Assign | ast.AnnAssign) and node.value
    ]
    made = [node for node in statements if "app" in {getattr(target, "id", None) for target in _targets(node)}]
    places = [sections.section_at(served, node.lineno) for node in made]
    return [place[0] for place in places if place]


def _targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _limited(seconds: float | None) -> contextlib.AbstractContextManager[None]:
    if seconds is None:
        return contextlib.nullcontext()
    return deadline(seconds, f"importing it took longer than {seconds:g} s, look for a loop or a wait")


def _plain(value: Any) -> bool:
    """Whether a value is plain data, made of exactly the types JSON knows."""
    if type(value) is dict:
        return all(type(key) is str and _plain(item) for key, item in value.items())
    if type(value) is list:
        return all(map(_plain, value))
    return type(value) in {str, int, float, bool}
