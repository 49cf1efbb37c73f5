"""One trial: a student's tests on one API, in a process of their own. Nothing comes back from here.

The process is told what to run over its connection, and says there, line by line, what became of it.
"""

from __future__ import annotations

import importlib
import json
import os
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest
from _pytest.assertion.rewrite import AssertionRewritingHook

from labkit.module.time_limit import TimeLimit
from labkit.mutation.inside.reporter import Order, Reporter
from labkit.paths import NO_CONFIG

OPTIONS = [
    "--disable-plugin-autoload",
    "--noconftest",
    "--import-mode=importlib",
    "--capture=sys",
    "--override-ini=addopts=",
    "--override-ini=filterwarnings=",
    "-panyio.pytest_plugin",
    *(f"-pno:{name}" for name in ("terminal", "cacheprovider", "warnings", "faulthandler", "unraisableexception")),
    *(f"-pno:{name}" for name in ("threadexception", "junitxml", "pastebin", "stepwise")),
]


def run(module: Path, asked: Callable[[], tuple[Path, socket.socket]], seconds: float) -> NoReturn:
    """Run trials. pytest starts once, and waits where it would look for tests: what goes on from there is a fork.

    Args:
        module: the student's module, below the folder of a trial.
        asked: waits until a trial is asked for; returns, in a process of its own, its folder and where to answer.
        seconds: how long a test may take.
    """

    class Waiting:
        @pytest.hookimpl(tryfirst=True)
        def pytest_collection(self, session: pytest.Session) -> None:
            place, connection = asked()
            path, order = _settle(place, module, connection)
            session.config.args = [str(path)]
            if order.plain:
                sys.meta_path[:] = [it for it in sys.meta_path if not isinstance(it, AssertionRewritingHook)]
            session.config.pluginmanager.register(plugin := Reporter(path, order, connection, seconds))
            session.config.pluginmanager.register(TimeLimit(lambda: seconds, "it"))
            plugin.say({"begun": True})
            plugins.append(plugin)
            _install(order.target, order.source)

    plugins: list[Reporter] = []
    try:
        home = Path.cwd()  # pytest is to look at no folder above it: its user may not read one
        places = [f"--rootdir={home}", f"--confcutdir={home}", f"--config-file={NO_CONFIG}"]
        pytest.main([*OPTIONS, *places], plugins=[Waiting()])
        plugins[0].say({"done": True})
    finally:
        os._exit(0)


def _settle(place: Path, module: Path, connection: socket.socket) -> tuple[Path, Order]:
    """Make the folder of a trial this process's own, put the student's module there, and read what to do."""
    os.setsid()
    os.chdir(place)
    os.environ.update({name: str(place) for name in ("HOME", "TMPDIR")})
    tempfile.tempdir = None
    quiet_hypothesis(place)
    order = _read(connection)
    path = place / module
    path.parent.mkdir()
    path.write_text(order.text, encoding="utf-8", errors="replace")
    return path, order


def _read(connection: socket.socket) -> Order:
    parts = b""
    while part := connection.recv(1 << 16):
        parts += part
    facts = json.loads(parts)
    return Order(**{**facts, "skip": tuple(facts["skip"])})


def quiet_hypothesis(place: Path) -> None:
    """Let hypothesis invent the same inputs each time, neither keep nor simplify them, and not look at the clock."""
    from hypothesis import HealthCheck, Phase, settings
    from hypothesis.configuration import set_hypothesis_home_dir

    set_hypothesis_home_dir(place)
    calm = [HealthCheck.too_slow]
    phases = (Phase.explicit, Phase.generate)
    profile = settings(
        derandomize=True, database=None, deadline=None, max_examples=25, phases=phases, suppress_health_check=calm
    )
    settings.register_profile("labkit", profile)
    settings.load_profile("labkit")


def _install(target: str, source: str) -> None:
    """Let this text be the module of that name."""
    package, _, name = target.rpartition(".")
    module = ModuleType(target)
    module.__package__ = package
    module.__file__ = str(Path(importlib.import_module(package).__file__ or "").with_name(f"{name}.py"))
    sys.modules[target] = module
    setattr(sys.modules[package], name, module)
    exec(compile(source, module.__file__, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 (it is an import)
