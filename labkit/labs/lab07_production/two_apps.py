"""Serves what a module's `create_app` makes, twice in one process, so that a check can see whether the two are apart.

`/first/...` and `/second/...` lead to the two apps; `/third/...` to one that was made without an argument. `/report`
says what went wrong on the way, step by step, and how the settings present themselves. It all runs in the student's
process, and is started as `uvicorn labkit.labs.lab07_production.two_apps:app` with the variables MODULE, FIRST and
SECOND.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from labkit.text import one_line

_GIVEN = "A first version, which no variable changes."
"""What the class says of itself that the first section gives."""
STEPS = ("import", "first", "second", "third", "other_name")


class TwoApps:
    """The apps, and what was said while they were made."""

    def __init__(self) -> None:
        self.said = dict.fromkeys(STEPS, "")
        self.shown: list[str] = []
        self.apps: dict[str, Any] = {}
        sys.path.insert(0, str(Path.cwd()))
        name = os.environ["MODULE"]
        module = self._try("import", lambda: importlib.import_module(name))
        os.environ.update(json.loads(os.environ["FIRST"]))
        if module is None:
            module = importlib.import_module(name)  # it may need the variables, which is wrong, but not all of it
        self._informs = _settings_for(module)
        self._make("first", lambda: module.create_app(self._settings(module)))
        os.environ.update(json.loads(os.environ["SECOND"]))
        self._make("second", lambda: module.create_app(self._settings(module)))
        self._make("third", module.create_app)
        self.said["other_name"] = _asked_for_another_name(module)
        self._try("extra", lambda: self.apps["first"].add_api_route("/only-in-first", lambda: 1))

    def _settings(self, module: Any) -> Any:
        settings = module.Settings()
        self.shown += [repr(settings), str(settings)]
        return settings

    def _make(self, step: str, make: Callable[[], Any]) -> None:
        if (made := self._try(step, make)) is not None:
            self.apps[step] = made
            if self._informs and made not in list(self.apps.values())[:-1]:
                self._try(step, lambda: made.add_api_route("/info", self._informs))

    def _try(self, step: str, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except BaseException as problem:  # noqa: BLE001 (it is the student's code)
            self.said[step] = one_line(f"{type(problem).__name__}: {problem}", 300)
            return None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Start all apps with this one, and pass requests on by the first part of their path."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        first, _, rest = scope["path"].lstrip("/").partition("/")
        if scope["type"] == "http" and first in self.apps:
            path = f"/{rest}"
            await self.apps[first]({**scope, "path": path, "raw_path": path.encode()}, receive, send)
        else:
            body = json.dumps({"said": self.said, "shown": self.shown}).encode()
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    async def _live(self, receive: Any, send: Any) -> None:
        from uvicorn import Config
        from uvicorn.lifespan.on import LifespanOn

        lives = [LifespanOn(Config(app)) for app in dict.fromkeys(self.apps.values())]
        await receive()
        for life in lives:
            await life.startup()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for life in lives:
            await life.shutdown()
        await send({"type": "lifespan.shutdown.complete"})


def _settings_for(module: Any) -> Callable[[Request], dict[str, str]] | None:
    """Give a module whose section of the settings is left out some that are right; return what says them, else None.

    So `create_app` is judged for what it does itself.
    """
    if hasattr(module, "info") or _GIVEN not in (getattr(module, "Settings", object).__doc__ or ""):
        return None

    class Settings(BaseSettings):
        model_config = SettingsConfigDict(env_prefix="API_", protected_namespaces=())

        model_path: Path = module.IRIS
        version: str = "1.0.0"
        log_level: str = "INFO"
        key: SecretStr

    def info(request: Request) -> dict[str, str]:
        settings = request.app.state.settings
        return {"version": settings.version, "log_level": settings.log_level}

    module.Settings = Settings
    return info


def _asked_for_another_name(module: Any) -> str:
    """What a module says where it is asked for what it does not have; nothing where that is an AttributeError."""
    try:
        return f"a {type(module.no_such_name).__name__}"
    except AttributeError:
        return ""
    except Exception as problem:  # noqa: BLE001 (it is the student's code)
        return type(problem).__name__


def __getattr__(name: str) -> Any:
    """Make the apps when uvicorn first asks for `app`, not when this is imported."""
    if name == "app":
        return _made()
    raise AttributeError(name)


@cache
def _made() -> TwoApps:
    return TwoApps()
