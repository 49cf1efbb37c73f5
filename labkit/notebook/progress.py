"""What a student has done so far, kept beside the module, so that a new kernel knows it too."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from labkit.sections import fingerprint
from labkit.verdict import Outcome, Verdict


class Progress:
    """The last verdict of each exercise of one lab, the hints taken, the port, and the module as it was last written.

    A file that cannot be read or written costs nothing but the memory.
    """

    def __init__(self, path: Path | None) -> None:
        """Read what is kept at `path`; without one, nothing outlives the kernel."""
        self._path = path
        self._kept = self._read()

    def _read(self) -> dict[str, dict[str, Any]]:
        with contextlib.suppress(OSError, ValueError, RecursionError):
            kept = json.loads(self._path.read_text(encoding="utf-8")) if self._path else {}
            if isinstance(kept, dict) and all(isinstance(values, dict) for values in kept.values()):
                return kept
        return {}

    def get(self, kind: str, name: str, default: Any = None) -> Any:
        """Return what is kept of this kind under this name, if it is of the default's type."""
        value = self._kept.get(kind, {}).get(name, default)
        return value if default is None or type(value) is type(default) else default

    def verdict(self, name: str) -> dict[str, Any] | None:
        """Return what is kept of the last verdict of an exercise, if it can be used."""
        kept = self.get("verdicts", name, {})
        usable = kept.get("outcome") in list(Outcome) and isinstance(kept.get("points"), int | float)
        texts = (kept.get("source"), kept.get("first", ""))
        return kept if usable and all(isinstance(text, str) for text in texts) else None

    def keep(self, kind: str, name: str, value: Any) -> None:
        """Keep a value, and write everything down, with what another process has kept meanwhile."""
        for kind_there, values in self._read().items():
            self._kept.setdefault(kind_there, {}).update(values)
        self._kept.setdefault(kind, {})[name] = value
        if self._path is None:
            return
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(json.dumps(self._kept, indent=1), encoding="utf-8")

    def keep_verdict(self, verdict: Verdict, source: str, first: str = "", first_source: str = "") -> None:
        """Keep what an exercise came to, for which text of its section, and which other one is to be mended first."""
        value = {"outcome": verdict.outcome, "points": verdict.points, "source": fingerprint(source)}
        if first and first != verdict.exercise:
            value |= {"first": first, "first_source": fingerprint(first_source)}
        self.keep("verdicts", verdict.exercise, value)
