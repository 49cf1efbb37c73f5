"""Runs in the process of a companion: answers until the kernel that has started it is gone, however that ended.

A kernel that is killed ends nothing. Processes that the module has started, as those of a pool, would wait for it for
ever. So the children of the kernel are remembered from time to time, and ended when it is gone.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading

import psutil

from labkit.companions.upstream import Answer, Call, Reply, Upstream, json_reply

BYE = b"bye"
"""What a kernel says that ends as it should."""
EVERY = 1.0
"""How many seconds lie between two looks at the children of the kernel."""


def main(otherwise: Answer) -> None:
    """Answer requests, whatever their path, and say where; end with the kernel."""
    with Upstream(socket.create_server(("127.0.0.1", 0)), otherwise=otherwise) as upstream:

        async def seen(call: Call) -> Reply:
            return json_reply({"connections": upstream.connections, "calls": len(upstream.calls)})

        upstream.answers["/seen"] = seen
        print(f"http://127.0.0.1:{upstream.listening.getsockname()[1]}", flush=True)
        hold(os.getppid())


def hold(kernel: int) -> None:
    """Wait until stdin ends, and then end the processes of a pool that the kernel has left."""
    over = threading.Event()
    said: list[bytes] = []
    threading.Thread(target=_wait, args=(over, said), daemon=True).start()
    seen: set[psutil.Process] = set()
    while not over.wait(EVERY) and os.getppid() == kernel:  # what is forked holds the other end of stdin as well
        seen = pools(kernel)
    if BYE in said:
        return  # the kernel ends its own
    for process in seen:
        with contextlib.suppress(psutil.Error):
            process.kill()  # psutil looks whether it is still the same


def pools(kernel: int) -> set[psutil.Process]:
    """Return the children of a kernel that are Python's own: spawned for a pool, or forked from the kernel.

    The one that takes semaphores away when all others have ended is let go on: it does so, and ends.
    """
    found = set()
    with contextlib.suppress(psutil.Error):
        own = psutil.Process(kernel).cmdline()
        for child in psutil.Process(kernel).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                command = child.cmdline()
                spawned = any("multiprocessing" in word and "resource_tracker" not in word for word in command)
                if child.pid != os.getpid() and (command == own or spawned):
                    found.add(child)
    return found


def _wait(over: threading.Event, said: list[bytes]) -> None:
    said.append(sys.stdin.buffer.read())
    over.set()
