"""What the code of a module leaves behind in the process, so that loading it again starts as the first time did.

A module that is loaded again makes its Prometheus metrics and logging handlers again, but those of the time before are
still there: prometheus_client refuses the duplicates, and each log line appears twice. A fresh process has neither.

Only what the module's own code adds is taken away. What a library adds while it is imported stays, because it is not
imported again.
"""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from prometheus_client import CollectorRegistry

_Undo = Callable[[], object]


class Leftovers:
    """What one load of a module has added to the process."""

    def __init__(self, path: Path) -> None:
        """Begin with nothing; `path` is the module's file."""
        self._file = str(path)
        self._added: list[_Undo] = []

    def importable(self) -> None:
        """Let other processes import the module by its name, as a pool's do: they look where this one does."""
        folder = str(Path(self._file).parent)
        sys.path.append(folder)
        self._added.append(lambda: sys.path.remove(folder))

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Remember which collectors, handlers and filters the module's code adds in this block, in any thread."""
        factory = logging.getLogRecordFactory()
        with (
            self._noticing(CollectorRegistry, "register", lambda registry, it: registry.unregister(it)),
            self._noticing(logging.Logger, "addHandler", _remove_handler),
            self._noticing(logging.Filterer, "addFilter", lambda logger, it: logger.removeFilter(it)),
        ):
            try:
                yield
            finally:
                if logging.getLogRecordFactory() is not factory:
                    self._added.append(lambda: logging.setLogRecordFactory(factory))

    def clear(self) -> None:
        """Take everything away again, the last first."""
        while self._added:
            with contextlib.suppress(KeyError, ValueError):  # the module has taken it away itself
                self._added.pop()()

    @contextlib.contextmanager
    def _noticing(self, owner: type, name: str, undo: Callable[[Any, Any], object]) -> Iterator[None]:
        """Let a method of a class remember, in this block, how to undo what the module calls it for."""
        method = getattr(owner, name)

        def noticed(self_: Any, added: Any) -> None:
            method(self_, added)
            if _called_by(self._file, sys._getframe(1)):
                self._added.append(lambda: undo(self_, added))

        setattr(owner, name, noticed)
        try:
            yield
        finally:
            setattr(owner, name, method)


def _remove_handler(logger: logging.Logger, handler: logging.Handler) -> None:
    logger.removeHandler(handler)
    handler.close()


def _called_by(file: str, frame: FrameType | None) -> bool:
    """Whether a line of the file is running, nearer than the import of another module."""
    while frame is not None and not frame.f_code.co_filename.startswith("<frozen importlib"):
        if frame.f_code.co_filename == file:
            return True
        frame = frame.f_back
    return False
