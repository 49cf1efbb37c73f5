"""Builds an image where an engine answers, runs it, and asks its health check. Nothing of it is left afterwards."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from labkit.labs.lab07_production.server import free_port
from labkit.notebook.draft import Draft

NEEDED = (
    "fastapi[standard-no-fastapi-cloud-cli]",
    "gunicorn",
    "joblib",
    "pydantic-settings",
    "scikit-learn",
    "uvicorn-worker",
)
"""What the module needs, as its requirements.txt has it."""
BUILD, WELL = 900.0, 120.0
"""How long a build may take, and how long a container may take to be well, in seconds."""


@dataclass(frozen=True)
class Ran:
    """What became of an image.

    Attributes:
        built: whether it could be built.
        health: what its health check said in the end: healthy, unhealthy, starting, or none.
        log: the last lines of the build, or of the container.
    """

    built: bool
    health: str
    log: str


@cache
def engine() -> str | None:
    """Return the name of an engine that answers on this machine; None if there is none."""
    for name in ("podman", "docker"):
        if shutil.which(name):
            with contextlib.suppress(subprocess.TimeoutExpired):
                if _run([name, "info"], 20.0).returncode == 0:
                    return name
    return None


def build(draft: Draft) -> Ran:
    """Build the image of a student's module and files, run it, and wait for its health check.

    Raises:
        OSError: there is no engine.
    """
    return run(draft.path.name, draft.text, draft.beside())


def run(name: str, text: str, beside: Mapping[str, str]) -> Ran:
    """Build an image, run it, and wait for its health check.

    Raises:
        OSError: there is no engine.
    """
    program = engine()
    if program is None:
        raise OSError("neither podman nor docker answers here")
    tag = f"workbook-{secrets.token_hex(6)}"
    with tempfile.TemporaryDirectory(prefix="image-") as place:
        lay_out(Path(place), name, text, beside)
        extra = ["--format", "docker"] if program == "podman" else []
        built = _run([program, "build", *extra, "--tag", tag, place], BUILD)
    try:
        if built.returncode:
            return Ran(False, "none", _last(built))
        return _watched(program, tag)
    finally:
        _run([program, "rm", "--force", tag], 60.0)
        _run([program, "rmi", "--force", tag], 60.0)


def lay_out(folder: Path, name: str, text: str, beside: Mapping[str, str]) -> None:
    """Write the folder of a build: the module, the files beside it, and what it needs, as it is installed here."""
    (folder / name).write_text(text, encoding="utf-8")
    for file, content in beside.items():
        (folder / file).write_text(content, encoding="utf-8")
    pins = [f"{package}=={version(package.partition('[')[0])}" for package in NEEDED]
    (folder / "requirements.txt").write_text("\n".join(pins) + "\n", encoding="utf-8")


def _watched(program: str, tag: str) -> Ran:
    options = ["--detach", "--name", tag, "--env", "API_KEY", "--ulimit", "nofile=4096:4096"]
    started = _run(
        [program, "run", *options, "--publish", f"127.0.0.1:{free_port()}:8000", tag], 60.0, API_KEY="made-up"
    )
    if started.returncode:
        return Ran(True, "none", _last(started))
    until, health = time.monotonic() + WELL, ""
    while health not in ("healthy", "unhealthy") and time.monotonic() < until:
        time.sleep(1.0)
        health = _run([program, "inspect", "--format", "{{.State.Health.Status}}", tag], 30.0).stdout.strip()
    return Ran(True, health or "none", _last(_run([program, "logs", tag], 30.0)))


def _run(command: list[str], seconds: float, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=seconds, check=False, env=os.environ | environment
    )


def _last(done: subprocess.CompletedProcess[str]) -> str:
    return "\n".join((done.stdout + done.stderr).splitlines()[-10:])
