"""What a student has done so far, kept beside the module, so that a new kernel knows it too."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from labkit.sections import fingerprint
from labkit.verdict import Verdict


class Progress:
    """The last verdict of each exercise of one lab, the hints taken, the port, and the module as it was last written.

    A file that cannot be read or written costs nothing but the memory.
    """

    def __init__(self, path: Path | None) -> None:
        """Read what is kept at `path`; without one, nothing outlives the kernel."""
        self._path = path
        self._kept: dict[str, dict[str, Any]] = {}
        if path is None:
            return
        with contextlib.suppress(OSError, ValueError):
            kept = json.loads(path.read_text(encoding="utf-8"))
            self._kept = kept if isinstance(kept, dict) else {}

    def get(self, kind: str, name: str, default: Any = None) -> Any:
        """Return what is kept of this kind under this name."""
        return self._kept.get(kind, {}).get(name, default)

    def keep(self, kind: str, name: str, value: Any) -> None:
        """Keep a value, and write everything down."""
        self._kept.setdefault(kind, {})[name] = value
        if self._path is None:
            return
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(json.dumps(self._kept, indent=1), encoding="utf-8")

    def keep_verdict(self, verdict: Verdict, source: str) -> None:
        """Keep what an exercise came to, and for which text of its section."""
        value = {"outcome": verdict.outcome, "points": verdict.points, "source": fingerprint(source)}
        self.keep("verdicts", verdict.exercise, value)
