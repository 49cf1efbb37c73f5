"""The process that stands outside the lock, watches what is inside, and leaves nothing of it.

It ends when the judge lets go of the leash, when the inner process has ended, or when that takes more than it may. The
last thing it sends over the leash is the reason: a line of the student's process never comes this way.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NoReturn

from labkit.sandbox import filesystem, processes, semaphores, syscalls
from labkit.sandbox.inside import app_server, command_server, lives
from labkit.sandbox.isolation import LOCKS, Cell, Lock
from labkit.sandbox.limits import MEGABYTE, Limits
from labkit.sandbox.setup import ADDRESS

TICK = 0.1
"""How often the monitor looks at what is inside, in seconds."""
MOST = 64 * MEGABYTE
"""How long a job may be, in bytes."""


@dataclass
class Job:
    """What the judge asks for.

    Attributes:
        lock: the name of the lock.
        folder: the judge's folder for this submission: the socket lies in it, and where needed the student's files.
        secret: folders that the process must not read.
        limits: what it may use.
        module: the file's name, as `labs/lab01.py`; none where the lock is only tried.
        text: the module.
        given: the names whose values the judge wants to know.
        environment, files: what the module finds, as labkit.sandbox.setup.Setup has it, the files in base64.
        program: what to run in the sandbox in place of a server, as `module:function`; none to serve the module.
        command: the server that serves it, as labkit.sandbox.setup.Command has it; none for this process.
        listeners: the variables for the addresses of sockets that the judge is handed, to answer on them.
        pool: whether it may start a pool of processes.
        shared: a folder that it shares with others; empty for none.
        restarts: whether it is served by one process after another, whenever the judge asks for the next.
    """

    lock: str
    folder: Path
    secret: list[Path]
    limits: Limits
    module: str
    text: str
    given: list[str]
    environment: dict[str, str]
    files: dict[str, str]
    command: dict[str, Any] | None
    listeners: list[str]
    pool: bool
    shared: str
    restarts: bool
    program: str = ""

    @classmethod
    def of(cls, line: str) -> Job:
        """Read a job."""
        facts = json.loads(line)
        facts["folder"], facts["secret"] = Path(facts["folder"]), [Path(name) for name in facts["secret"]]
        return cls(**{**facts, "limits": Limits(**facts["limits"])})


def keep(leash_number: int, report: int, printed: list[int], outside: socket.socket) -> NoReturn:
    """Serve one submission until the judge lets go, say why it ended, and leave nothing of it.

    Args:
        leash_number: the socket to the judge.
        report: the pipe for what the process says about itself.
        printed: where its stdout and its stderr go.
        outside: leads to the fork server.
    """
    leash = socket.socket(fileno=leash_number)
    said: dict[str, Any] = {}
    try:
        os.setsid()
        syscalls.die_with_parent()
        syscalls.adopt_orphans()
        for number, place in zip(printed, (1, 2), strict=True):
            os.dup2(number, place)
            os.close(number)
        job = Job.of(_line(leash))
        if job.module:
            os.write(report, b'{"event": "forked"}\n')  # from here on it is the student's time
        said = _kept(job, leash, report, outside)
    except Exception as problem:  # noqa: BLE001 (whatever it was, the judge has to know)
        said = {"failed": f"{type(problem).__name__}: {problem}"}
    finally:
        try:
            leash.sendall(json.dumps(said).encode() + b"\n")
        finally:
            os._exit(0)


def _kept(job: Job, leash: socket.socket, report: int, outside: socket.socket) -> dict[str, Any]:
    home = job.folder / "home"
    home.mkdir(mode=0o700, exist_ok=True)
    syscalls.dumpable(True)  # as long as its user is mapped
    cell = Cell(home, job.secret, job.limits, job.command is not None, outside, pool=job.pool)
    cell.shared = Path(job.shared) if job.shared else None
    lock = LOCKS[job.lock](cell)
    lock.before()
    cell.ports = _listeners(job, leash)
    job.environment.update(_referring(job))
    outside.close()
    syscalls.dumpable(False)
    os.chdir(job.folder)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(app_server.SOCKET)  # in the new network, at a path that the judge can reach
    listening.listen(128)
    os.chdir("/")
    hears, tells = os.pipe()
    inner = os.fork()
    if inner == 0:
        os.close(hears)
        _inner(job, lock, listening, report, tells)
    os.close(tells)
    os.close(report)
    listening.close()
    try:
        entered = os.read(hears, 1000).decode("utf-8", "replace")
        if entered != "entered":
            return {"failed": entered or "the process ended while it was locked up"}
        why = _watched(inner, leash, job) if job.module else ""
    finally:
        os.close(hears)
        _ended(inner, lock)
        semaphores.remove(job.folder.name, lock.user)
    return {"ended": why, "note": lock.note}


def _listeners(job: Job, leash: socket.socket) -> list[int]:
    """Listen in the new network for each companion, hand the sockets to the judge alone, and return their ports."""
    with contextlib.ExitStack() as stack:
        found = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in job.listeners]
        ports = [int(one.getsockname()[1]) for one in found]
        for name, port in zip(job.listeners, ports, strict=True):
            form = job.environment.get(name, f"http://{ADDRESS}")
            job.environment[name] = form.replace(ADDRESS, f"127.0.0.1:{port}")
        if found:
            socket.send_fds(leash, [b"\n"], [one.fileno() for one in found])
    return ports


def _referring(job: Job) -> dict[str, str]:
    """The variables that name companions in their values, with the addresses of those."""
    found = dict(job.environment)
    for listener in job.listeners:
        address = job.environment[listener]
        found = {name: value.replace(f"{{{listener}}}", address) for name, value in found.items()}
    return found


def _inner(job: Job, lock: Lock, listening: socket.socket, report: int, tells: int) -> NoReturn:
    """Lock this process up, then run the student's code in it."""
    try:
        os.setsid()
        syscalls.close_all({listening.fileno(), report, tells})
        lock.enter()
        syscalls.die_with_parent()
        os.write(tells, b"entered")
        os.close(tells)
        if not job.module:
            os._exit(0 if filesystem.within_reach() else 1)
        syscalls.dumpable(True)  # the monitor has to see how much memory it takes
        semaphores.begin_with(job.folder.name)
        if job.program:
            resolve_name(job.program)(Path(job.module), job.limits, listening, report, lock.alone)
        module = app_server.lay_out(Path(job.module), job.text, job.environment, job.files)
        if job.command:
            command_server.supervise(module, job.command, job.limits, listening, report, lock.alone)
        serve = lives.serve if job.restarts else app_server.serve
        serve(module, job.given, job.limits, listening, report, lock.alone)
    except BaseException as problem:  # noqa: BLE001 (nothing may come back from here)
        os.write(tells, f"{type(problem).__name__}: {problem}".encode()[:900])
    finally:
        os._exit(1)


def _watched(inner: int, leash: socket.socket, job: Job) -> str:
    """Wait until there is a reason to end it, and return it; none where the judge is done."""
    until = time.monotonic() + job.limits.wall
    ended = os.pidfd_open(inner) if hasattr(os, "pidfd_open") else None
    files = [leash.fileno(), *([ended] if ended is not None else [])]
    looked = 0.0
    while time.monotonic() < until:
        ready = select.select(files, [], [], TICK)[0]
        if leash.fileno() in ready:
            return ""
        if ended in ready or (ended is None and os.waitpid(inner, os.WNOHANG)[0]):
            return "its process had ended"
        began = time.monotonic()
        if began - looked > TICK and (why := _too_much(job)):
            return why
        looked = time.monotonic()
    return f"it had run for {job.limits.wall:g} s"


def _too_much(job: Job) -> str:
    """What the processes take more of than they may together."""
    alive = processes.family(os.getpid())
    limits = job.limits
    if sum(process.threads for process in alive.values()) > limits.processes:
        return f"it had more than {limits.processes} processes and threads"
    seen = sum(process.memory for process in alive.values())  # what they share is counted once for each of them
    if len(alive) > 1 and seen > limits.memory:
        own = sum(processes.own_memory(pid, process.memory) for pid, process in alive.items())
        if own > limits.memory:
            return f"its processes took more than {limits.memory // MEGABYTE} MB"
    written = [job.folder, *([Path(job.shared)] if job.shared else [])]
    weights = [processes.unnamed(alive), *(processes.weight(folder, limits.disk) for folder in written)]
    if any(weight > limits.disk for weight in weights):
        return f"it had written more than {limits.disk // MEGABYTE} MB"
    return ""


def _ended(inner: int, lock: Lock) -> None:
    """End everything inside. The first of its own pids takes all others with it."""
    if lock.has_pids:
        os.kill(inner, signal.SIGKILL)
        os.waitpid(inner, 0)
    else:
        processes.end(inner)


def _line(leash: socket.socket) -> str:
    parts = b""
    while not parts.endswith(b"\n") and len(parts) < MOST:
        part = leash.recv(1 << 20)
        if not part:
            break
        parts += part
    return parts.decode()
