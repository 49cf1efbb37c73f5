"""Real kernels for the tests: what a cell gives back, as a notebook would show it."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager, KernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

from labkit import environment

SECONDS = 600

OPEN = 'import labkit\nlab = labkit.open("lab01_hello")'
SETUP = "%%section setup\nfrom fastapi import FastAPI\napp = FastAPI()\n"
ROOT = "%%section root\n@app.get('/')\ndef read_root():\n    return {'message': 'Hello World'}"
"""Cells of lab 01."""


@dataclass
class Cell:
    """What running a cell gave."""

    stdout: str = ""
    stderr: str = ""
    shown: list[dict[str, Any]] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    error: str = ""
    next_cell: str = ""
    moved: int = 0
    """How often a widget changed while it ran."""

    @property
    def text(self) -> str:
        """Everything that can be read."""
        return "\n".join([self.stdout, *(data.get("text/plain", "") for data in self.shown), *self.results, self.error])


@contextlib.contextmanager
def own_sockets() -> Iterator[dict[str, str]]:
    """How a kernel is spoken to by no one else: by files, in a folder that is gone afterwards.

    A port that is chosen for a kernel is free until the kernel has started. Tests that start kernels at the same time
    have been given the same, and one kernel was asked for the pulse of the other.
    """
    with tempfile.TemporaryDirectory(prefix="kernel-", dir="/tmp") as place:  # a socket's name has 100 signs or so
        yield {"transport": "ipc", "connection_file": f"{place}/kernel.json"}


def execute(book: NotebookNode, folder: Path, *, allow_errors: bool = False, **env: str) -> None:
    """Run all cells of a notebook in a folder, with further variables of the environment; outputs go into the cells."""
    with own_sockets() as sockets:
        resources = {"metadata": {"path": str(folder)}}
        manager = AsyncKernelManager(**sockets)
        client = NotebookClient(book, manager, timeout=SECONDS, allow_errors=allow_errors, resources=resources)
        client.execute(cleanup_kc=True, env=os.environ | {"PYTHONPATH": str(environment.ROOT)} | env)


class Kernel:
    """A kernel that runs in a folder of its own."""

    def __init__(self, folder: Path, sockets: dict[str, str]) -> None:
        self.manager = KernelManager(**sockets)
        self.manager.start_kernel(cwd=str(folder), env=os.environ | {"PYTHONPATH": str(environment.ROOT)})
        self._connect()

    def _connect(self) -> None:
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)

    def begin(self, code: str) -> None:
        """Run a cell and do not wait for it."""
        self._message = self.client.execute(code)

    def end(self) -> Cell:
        """Wait for the cell that was begun."""
        cell = Cell()
        while True:
            message = self.client.get_iopub_msg(timeout=SECONDS)
            cell.moved += message["msg_type"] == "comm_msg"
            if message["parent_header"].get("msg_id") != self._message:
                continue
            content = message["content"]
            match message["msg_type"]:
                case "stream":
                    setattr(cell, content["name"], getattr(cell, content["name"]) + content["text"])
                case "display_data":
                    cell.shown.append(content["data"])
                case "execute_result":
                    cell.results.append(content["data"]["text/plain"])
                case "error":
                    cell.error = f"{content['ename']}: {content['evalue']}"
                case "status" if content["execution_state"] == "idle":
                    break
        reply = self.client.get_shell_msg(timeout=SECONDS)
        while reply["parent_header"].get("msg_id") != self._message:
            reply = self.client.get_shell_msg(timeout=SECONDS)
        cell.next_cell = "".join(load.get("text", "") for load in reply["content"].get("payload", []))
        return cell

    def run(self, code: str) -> Cell:
        """Run a cell and wait for it."""
        self.begin(code)
        return self.end()

    def restart(self) -> None:
        """Restart the kernel, as the button does."""
        self.client.stop_channels()
        self.manager.restart_kernel(now=False)
        self._connect()

    def stop(self) -> None:
        """Shut the kernel down, as closing the notebook does."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=False)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Kernel]:
    """A kernel that is gone afterwards."""
    with own_sockets() as sockets:
        kernel = Kernel(folder, sockets)
        try:
            yield kernel
        finally:
            if kernel.manager.is_alive():
                kernel.stop()
            kernel.manager.cleanup_resources()
