"""Serves a module with a production server: the process in the lock that starts it, passes requests and signals on.

uvicorn, gunicorn or nginx runs below this process, as it would below a shell, and its workers below that. What reaches
the judge's socket is handed to the server's own, so a connection that the server refuses ends without an answer. The
judge asks for a signal over the report's socket, and is told over it what became of that, how the server has ended, and
when nothing is left of it: all that the server starts is in one group of processes.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import multiprocessing
import os
import runpy
import signal
import socket
import ssl
import sys
from pathlib import Path
from typing import Any, NoReturn

from labkit.companions import nginx
from labkit.sandbox import syscalls
from labkit.sandbox.inside.app_server import say
from labkit.sandbox.inside.child import asked, forked, gunicorn_settings
from labkit.sandbox.limits import Limits

DOOR = "door"
"""The server's own socket, in the folder that the module's folder lies in."""
TICK = 0.02
NGINX = "nginx"
MOST = 20_000
"""How much of a file is told, in bytes."""
_HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)


def supervise(
    module: Path, command: dict[str, Any], limits: Limits, listening: socket.socket, report: int, alone: bool
) -> NoReturn:
    """Start a production server for a module, and wait on the judge until this process is killed.

    Args:
        module: its file.
        command: the server, as labkit.sandbox.setup.Command has it.
        limits: what this process and each below it may use.
        listening: the socket that the judge sends requests to.
        report: the socket for what this process says, and for what the judge asks of it.
        alone: whether its user has no other processes that count.
    """
    os.set_blocking(report, False)
    os.chdir(module.parent)
    limits.apply(alone)
    program, door = command["program"], module.parent.parent / DOOR
    arguments = list(command["arguments"])
    if program != NGINX:
        app = command["app"] or _application(module.stem, program, limits.load)
        arguments += [*_where(program, door), *app.split()]
    settings = asked(lambda: gunicorn_settings(arguments), limits.load) if program == "gunicorn" else None
    if sys.platform == "linux":
        syscalls.adopt_orphans()  # one that nobody buries would seem to be left
    server = forked(lambda: _run(program, arguments, door))
    with contextlib.suppress(OSError):  # it may have done so itself
        os.setpgid(server, server)
    greeting = nginx.GREETING if program == NGINX else b""
    tls = _unverified() if "--ssl-certfile" in arguments else None
    asyncio.run(_Supervisor(server, door, report, tls, greeting).run(listening, {"settings": settings}))
    os._exit(0)


class _Supervisor:
    """Watches over one server."""

    def __init__(self, server: int, door: Path, report: int, tls: ssl.SSLContext | None, greeting: bytes) -> None:
        self._server, self._door, self._report, self._tls = server, door, report, tls
        self._greeting = greeting
        self._ended = asyncio.Event()
        self._code = 0
        self._unread = b""
        self._passing: set[asyncio.Task[None] | None] = set()

    async def run(self, listening: socket.socket, facts: dict[str, Any]) -> None:
        """Pass on what comes, for ever; tell how the start went, with these facts, and how the server ended."""
        asyncio.get_running_loop().add_reader(self._report, self._obey)
        doorman = await asyncio.start_unix_server(self._pass_on, sock=listening)
        watching = asyncio.create_task(self._watch())
        if await self._answers():
            say(self._report, {"given": {}, **facts})
        else:
            say(self._report, {"problem": f"The server ended with exit code {self._code} while it started.", **facts})
        await watching
        say(self._report, {"exit": self._code})
        while self._left():
            await asyncio.sleep(TICK)
        say(self._report, {"left": 0})
        async with doorman:
            await doorman.serve_forever()

    async def _watch(self) -> None:
        """Wait until the server has ended. What it leaves behind has this process for a parent, and is buried, too."""
        while not self._ended.is_set():
            self._bury()
            await asyncio.sleep(TICK)

    def _bury(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                if found[0] == self._server:
                    self._code = os.waitstatus_to_exitcode(found[1])
                    self._ended.set()

    def _left(self) -> bool:
        """Whether a process that the server has started still runs."""
        self._bury()
        try:
            os.killpg(self._server, 0)
        except ProcessLookupError:
            return False
        return True

    async def _answers(self) -> bool:
        """Wait until the server answers a request, whatever it says; false if it ends first."""
        while not self._ended.is_set():
            with contextlib.suppress(OSError, asyncio.TimeoutError):
                name = "localhost" if self._tls else None
                reader, writer = await asyncio.open_unix_connection(self._door, ssl=self._tls, server_hostname=name)
                try:
                    writer.write(self._greeting + b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    if await asyncio.wait_for(reader.read(1), 2.0):
                        return True
                finally:
                    writer.close()
            await asyncio.sleep(TICK)
        return False

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Join a connection to one of the server's own, until the server ends that; where there is none, end it."""
        self._passing.add(asyncio.current_task())  # the loop itself keeps no hold of it
        try:
            theirs, ours = await asyncio.open_unix_connection(self._door)
            ours.write(self._greeting)
            asking = asyncio.create_task(_pour(reader, ours))
            await _pour(theirs, writer)
            asking.cancel()
            ours.close()
        except OSError:
            pass
        finally:
            writer.close()
            self._passing.discard(asyncio.current_task())

    def _obey(self) -> None:
        """Do what the judge asks for."""
        try:
            part = os.read(self._report, 65536)
        except BlockingIOError:
            return
        if not part:
            os._exit(0)
        *lines, self._unread = (self._unread + part).split(b"\n")
        for line in lines:
            wanted = json.loads(line)
            if "read" in wanted:
                say(self._report, {"read": _text(self._door.parent / wanted["read"])})
            else:
                say(self._report, {"signalled": self._signal(wanted["signal"], wanted["pid"] or self._server)})

    def _signal(self, number: int, pid: int) -> bool:
        """Send a signal, to nobody but this server's processes: they are in a group of their own."""
        try:
            if pid in (0, 1, os.getpid()) or pid < 0 or os.getpgid(pid) != self._server:
                return False
            os.kill(pid, number)
        except (OSError, OverflowError):
            return False
        return True


def _text(path: Path) -> str:
    """Return the end of a file that the module has written; nothing where there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - MOST))
            return file.read(MOST).decode("utf-8", "replace")
    except OSError:
        return ""


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()


def _unverified() -> ssl.SSLContext:
    """Return what speaks TLS with anybody: whether the server answers is all that is asked, and no secret is told."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _where(program: str, door: Path) -> list[str]:
    return ["--uds", str(door)] if program == "uvicorn" else ["--bind", f"unix:{door}"]


def _application(module: str, program: str, seconds: float) -> str:
    """Return what to serve: the module's `app` if that resolves, else what its `create_app` makes.

    Tried in a process of its own: what an import leaves behind would be there in every worker. An import that fails is
    for the server to complain about.
    """
    resolves = asked(lambda: _has_app(module), seconds) is not False
    if resolves:
        return f"{module}:app"
    return f"--factory {module}:create_app" if program == "uvicorn" else f"{module}:create_app()"


def _has_app(name: str) -> bool:
    sys.path.insert(0, str(Path.cwd()))
    module = importlib.import_module(name)
    return hasattr(module, "app")


def _run(program: str, arguments: list[str], door: Path) -> None:
    """Be the program, as `python -m` makes this process one, and the first of a group."""
    os.setpgid(0, 0)
    if program == NGINX:
        _run_nginx(arguments, door)
    sys.argv = [program, *arguments]
    sys.path.insert(0, str(Path.cwd()))
    if program == "uvicorn":
        _warm_workers()
    runpy.run_module(program, run_name="__main__", alter_sys=True)


def _run_nginx(templates: list[str], door: Path) -> NoReturn:
    """Be nginx, with these templates, on the server's own socket; who asks is said before each connection."""
    values = {name: os.environ.get(name, "").removeprefix("http://") for name in nginx.NAMES}
    values["LISTEN"] = f"unix:{door} proxy_protocol"
    texts = {Path(name).name: Path(name).read_text(encoding="utf-8", errors="replace") for name in templates}
    words = nginx.words(nginx.lay_out(door.parent / NGINX, texts, values))
    os.execv(words[0], words)


def _warm_workers() -> None:
    """Let uvicorn fork its workers, as gunicorn does, in place of starting each with an empty interpreter.

    Either way each worker imports the module by itself. But to load FastAPI takes it half a second of a processor.
    """
    from uvicorn import _subprocess

    _subprocess.spawn = multiprocessing.get_context("fork")  # type: ignore[assignment]
    os.register_at_fork(after_in_child=lambda: [signal.signal(one, signal.SIG_DFL) for one in _HANDLED])
