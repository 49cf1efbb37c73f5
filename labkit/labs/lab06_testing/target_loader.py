"""What the live server of a lab about tests serves: the API that is to be tested, in place of the student's module."""

from __future__ import annotations

import atexit
import importlib
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

from labkit.live.server import Server
from labkit.module import loading
from labkit.notebook.draft import Draft
from labkit.notebook.reload import Loader


class TargetLoader(Loader):
    """Loads the API, whatever the state of the tests is; says which of their sections cannot be read."""

    def __init__(self, draft: Draft, server: Server, names: Sequence[str], target: str) -> None:
        """Load the module of the name `target`."""
        super().__init__(draft, server, names)
        self._target = target
        _forget()

    def load(self, without: Mapping[str, str] | None = None) -> Any:
        """Return a new app of the API; it has no sections to be without."""
        self.left_out = loading.unparsable(self._draft.text, self._draft.path)
        return importlib.import_module(self._target).create_app()


def _forget() -> None:
    """Let hypothesis keep what it keeps, in this process and below it, in a folder that goes when this process does."""
    if "HYPOTHESIS_STORAGE_DIRECTORY" not in os.environ:
        folder = tempfile.mkdtemp(prefix="hypothesis-")
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = folder
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
