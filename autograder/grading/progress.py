"""Shows how far a run is: a bar in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console

if TYPE_CHECKING:
    from rich.progress import Progress

Item = TypeVar("Item")
EVERY = 5.0
"""The seconds between two lines."""


class Watch:
    """Follows one run, and shows it."""

    def __init__(self, console: Console) -> None:
        self.seconds: dict[str, float] = {}
        self._console = console
        self._begun = self._said = time.monotonic()
        self._all = self._done = 0
        self._bar: Progress | None = None

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the time that the block takes to a phase."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - begun

    def waited(self, name: str, answers: Iterable[Item]) -> Iterator[Item]:
        """Yield answers, and add the time spent waiting for them to a phase."""
        source = iter(answers)
        while True:
            with self.phase(name):
                try:
                    answer = next(source)
                except StopIteration:
                    return
            yield answer

    @contextmanager
    def judging(self, number: int, known: int) -> Iterator[None]:
        """Show the progress of so many submissions, while the block runs; so many more are known already."""
        self._begun = self._said = time.monotonic()
        self._all, self._done = number, 0
        more = f", {known} known from before" if known else ""
        if number:
            self._console.print(f"{number} submissions to judge{more}", highlight=False)
        if not self._console.is_terminal:
            yield
            return
        with _bar(self._console) as self._bar:
            self._bar.add_task("judging", total=number, rate="")
            yield
        self._bar = None

    def judged(self) -> None:
        """One more is done."""
        self._done += 1
        now = time.monotonic()
        rate = self._done / max(now - self._begun, 1e-3)
        if self._bar:
            self._bar.update(self._bar.task_ids[0], completed=self._done, rate=f"{rate:.1f}/s")
        elif now - self._said > EVERY:
            self._said = now
            left = time.strftime("%H:%M:%S", time.gmtime((self._all - self._done) / rate))
            self._console.print(f"{self._done} of {self._all} judged, {rate:.1f}/s, {left} left", highlight=False)

    def summary(self) -> str:
        """Return where the time went, as one line."""
        return ", ".join(f"{name} {seconds:.2f} s" for name, seconds in self.seconds.items())


def _bar(console: Console) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
