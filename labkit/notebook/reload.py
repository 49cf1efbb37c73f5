"""Loads the module of a lab each time it has changed, and remembers what it came to."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from labkit.live import log
from labkit.live.server import Server
from labkit.module import blame, errors, loading
from labkit.module.cleanup import Leftovers
from labkit.notebook.draft import Draft


class Loader:
    """What is known of a lab's module since it was last loaded.

    Attributes:
        left_out: why each section that is not served was left out, by its name.
        given: the values of the names that the lab's first section gives.
        notes: what else is to be said about it, a line each.
        leftovers: what its code has added to the process, which the next load takes away.
    """

    def __init__(self, draft: Draft, server: Server, names: Sequence[str]) -> None:
        """Load from this draft, for this server; `names` are the given ones."""
        self.left_out: dict[str, str] = {}
        self.given: dict[str, Any] = {}
        self.notes: list[str] = []
        self.leftovers = Leftovers(draft.path)
        self._draft, self._server, self._names = draft, server, names
        self._hung: dict[str, tuple[str, str]] = {}

    def serve(self) -> None:
        """Load the module and serve it, without the section that keeps it from starting, if there is one.

        Raises:
            NotServable: there is no app to serve.
            KeyboardInterrupt: the student has interrupted it.
        """
        try:
            self._serve({})
        except loading.NotStarted as problem:
            before = self.left_out
            if not any(self._serves(dict.fromkeys(names, str(problem))) for names in self._suspects(problem)):
                self.left_out = before
                raise

    def _serve(self, without: Mapping[str, str]) -> None:
        app = self.load(without)
        with self.leftovers.watched():  # a lifespan adds things, too
            self._server.serve(app, lambda problem: errors.raised_at(problem, self._draft.path))

    def _serves(self, without: Mapping[str, str]) -> bool:
        with contextlib.suppress(loading.NotServable):
            self._serve(without)
            return True
        return False

    def _suspects(self, problem: loading.NotStarted) -> list[tuple[str, ...]]:
        """The sections to try to do without: the likeliest alone, where each try takes all the time there is."""
        found = blame.suspects(self._draft.text or "", str(problem))
        return found[:1] if isinstance(problem, loading.Slow) else found

    def load(self, without: Mapping[str, str] | None = None) -> Any:
        """Load the module and return its app; what it prints goes to the server's log, also from threads it starts.

        A section that did not come back is not tried again before it has changed.

        Args:
            without: sections to leave out, each with the reason.

        Raises:
            NotServable: there is no app to serve.
            KeyboardInterrupt: the student has interrupted it.
        """
        self.left_out, self.given, self.notes = {}, {}, []
        if not self._draft.exists:
            raise loading.not_written(self._draft.path)
        self._server.break_off()
        self.leftovers.clear()
        skipped = self._still_hanging() | dict(without or {})
        outlet = log.Outlet(self._server.log)  # requests that are under way write as well, and are not counted
        token = log.current.set(outlet)
        try:
            loaded = loading.load(self._draft.path, self._server.patience.load, skipped)
        except loading.Interrupted as problem:
            self._remember({problem.section: problem.reason})
            raise
        finally:
            log.current.reset(token)
        self._remember({name: loaded.left_out[name] for name in loaded.hung})
        self.left_out, self.leftovers = loaded.left_out, loaded.leftovers
        self.given = loading.given(loaded, self._names)
        if len(loaded.apps) > 1:
            self.notes.append(f"note      app is made in {' and '.join(loaded.apps)}: only the last one is served")
        if outlet.count:
            self.notes.append(f"printed   {outlet.count} line{'' if outlet.count == 1 else 's'}, in lab.server.log()")
        return loaded.app

    def forget(self, name: str) -> None:
        """Try a section again, because its cell was run again."""
        self._hung.pop(name, None)

    def _remember(self, hung: dict[str, str]) -> None:
        self._hung |= {name: (self._draft.source(name), reason) for name, reason in hung.items()}

    def _still_hanging(self) -> dict[str, str]:
        return {name: reason for name, (source, reason) in self._hung.items() if self._draft.source(name) == source}
