"""Work in a process below this one, which has everything loaded: a server, or a question that leaves no trace."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from labkit.sandbox import syscalls

TICK = 0.005
_READ = ("bind", "workers", "timeout", "graceful_timeout", "reload", "daemon")


def asked(ask: Callable[[], Any], seconds: float) -> Any:
    """Return what a function says in a process of its own, whose output nobody reads; None if it fails or hangs."""
    hears, tells = os.pipe()

    def answer() -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for number in (1, 2):
            os.dup2(nowhere, number)
        os.write(tells, json.dumps(ask()).encode()[:60_000])

    child = forked(answer, keep={tells})
    os.close(tells)
    os.set_blocking(hears, False)
    until = time.monotonic() + seconds
    while time.monotonic() < until and os.waitpid(child, os.WNOHANG)[0] == 0:
        time.sleep(TICK)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(child, 0)
    try:
        return json.loads(os.read(hears, 65536))
    except (BlockingIOError, ValueError):
        return None
    finally:
        os.close(hears)


def gunicorn_settings(arguments: list[str]) -> dict[str, Any]:
    """Return what gunicorn itself makes of its configuration file, before anything else on its command line.

    `named` are the settings that its file names; `worker_class` is the class and those that it is made of.
    """
    from gunicorn.app.wsgiapp import WSGIApplication
    from gunicorn.config import Config
    from gunicorn.util import load_class

    sys.argv = ["gunicorn", *arguments]
    sys.path.insert(0, str(Path.cwd()))
    WSGIApplication(prog="gunicorn")  # reads the file, which is a module from then on
    config, file = Config(), vars(sys.modules["__config__"])
    named = sorted(file.keys() & config.settings.keys())
    for name in named:
        config.set(name, file[name])
    kind = load_class(config.settings["worker_class"].get())
    found = {name: config.settings[name].get() for name in _READ}
    classes = [f"{one.__module__}.{one.__qualname__}" for one in kind.__mro__]
    return {**found, "worker_class": classes, "named": named}


def forked(work: Callable[[], None], keep: set[int] | None = None) -> int:
    """Do work in a process below this one, which ends with it, and return its number."""
    child = os.fork()
    if child:
        return child
    code: Any = 1
    try:
        syscalls.die_with_parent()
        syscalls.close_all(keep or set())
        work()
        code = 0
    except SystemExit as ended:
        code = ended.code if ended.code is not None else 0
    except BaseException:  # noqa: BLE001 (it ends here, as a program of its own would)
        traceback.print_exc()
    finally:
        if not isinstance(code, int):
            print(code, file=sys.stderr)
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code & 0xFF)
