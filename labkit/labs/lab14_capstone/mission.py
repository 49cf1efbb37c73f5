"""A mission: two replicas of a student's module are asked all the time, and faults are brought about when it is said.

All of it is done in one thread, which lasts as long as the mission: Linux ends the cache with the thread that has
started it.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Sequence

from labkit.checks.api import Mismatch
from labkit.checks.running import Start
from labkit.checks.servers import Servers
from labkit.companions.valkey import NoValkey
from labkit.labs.lab14_capstone.control import Control
from labkit.labs.lab14_capstone.faults import EVERY, FAULTS
from labkit.labs.lab14_capstone.flight import Flight
from labkit.labs.lab14_capstone.record import Turned
from labkit.module.source import Module
from labkit.notebook.judging import LOCK
from labkit.pictures.live import Screen
from labkit.resilience.promises import Broken, Event, Phase, score
from labkit.sandbox.client import SandboxError
from labkit.sandbox.limits import Limits
from labkit.sandbox.shared import Folder

QUIET = "calm"
STRETCH, THOUGHT = 12.0, 0.2
"""How long one group of clients asks while nothing happens, and between two of its requests, in seconds."""
INTERRUPTED = Event("you have ended the mission", "it goes on", "it has ended")
LONG = Limits(wall=14_400.0, cpu=14_400)
"""A replica lives as long as a mission: hours, where a check gives it minutes."""
_LAND = ""
FOR_EVER = 10_000


class Mission:
    """One mission.

    Attributes:
        control: the picture of it.
        flying: whether it has begun, and not ended yet.
        busy: whether a fault lasts, or is about to.
    """

    def __init__(self, module: Module, control: Control | None = None, said: Callable[[str], object] = str) -> None:
        """Begin nothing yet.

        Args:
            module: the student's.
            control: the picture, if there is one already.
            said: hears a line about each promise.
        """
        self.control = control or Control()
        self.flying = self.busy = False
        self._module, self._said = module, said
        self._wanted: queue.Queue[str] = queue.Queue()
        self._flight: Flight | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mission", daemon=True)

    def launch(self) -> None:
        """Start both replicas, and let clients ask."""
        self.flying, self.control.note = True, "both replicas start"
        self._thread.start()

    def bring(self, name: str) -> None:
        """Bring a fault about, by its name."""
        if name not in FAULTS:
            raise KeyError(name)
        self.busy = True
        self._wanted.put(name)

    def land(self) -> None:
        """End the mission when the faults that are wanted are over."""
        self._wanted.put(_LAND)

    def end(self) -> None:
        """End the mission, whatever lasts."""
        self._over.set()
        self._wanted.put(_LAND)
        flight = self._flight
        if flight is not None and flight.current is not None:
            flight.current.broke(INTERRUPTED)

    def join(self) -> None:
        """Wait until it has ended; an interrupt ends it."""
        try:
            self._thread.join()
        except KeyboardInterrupt:
            self.end()
            self._thread.join()
            raise

    def _run(self) -> None:
        try:
            landed = False
            while not landed:
                with contextlib.closing(Servers(self._module, LOCK, limits=LONG)) as start, Folder() as folder:
                    landed = self._fly(start, folder)
        except Mismatch as problem:
            self._grounded(f"{problem.sent}: {problem.got}")
        except (NoValkey, SandboxError) as problem:
            self._grounded(str(problem))
        except Exception as problem:  # noqa: BLE001 (nobody sees what a thread raises)
            self._grounded(f"mission control itself has failed, not your service: {problem!r}")
        finally:
            self.flying = self.busy = False

    def _grounded(self, why: str) -> None:
        self.control.note, self.control.problem = "nothing flies", why

    def _fly(self, start: Start, folder: Folder) -> bool:
        """Fly with one pair of replicas until the clients have no tokens left; whether it is time to land."""
        self._flight = flight = Flight(start, folder, record=self.control.record)
        flight.afresh()
        while not self._over.is_set():
            if flight.spent or (name := self._next(flight)) is None:
                return False
            if name == _LAND:
                return True
            self._through(flight, name)
            self.busy = not self._wanted.empty()
        return True

    def _next(self, flight: Flight) -> str | None:
        """Let clients ask until something is wanted, and return it; None when their tokens are spent."""
        while self._wanted.empty():
            if flight.spent:
                return None
            if not self._quiet(flight):  # who has broken a promise is not asked any more until something is wanted
                break
        return self._wanted.get()

    def _quiet(self, flight: Flight) -> bool:
        """Let clients ask for a while, and say whether every answer was right."""
        phase = flight.current = Phase(QUIET)
        with contextlib.suppress(Broken), flight.under_load(phase, EVERY, thought=THOUGHT):
            self._until_wanted(phase)
        flight.current = None
        flight.phases.append(phase)
        if not phase.held and not self._over.is_set():
            self._turn(flight, QUIET, phase)
        return phase.held

    def _until_wanted(self, phase: Phase) -> None:
        for _ in range(round(STRETCH / 0.05)):
            if not self._wanted.empty() or not phase.held:
                return
            self._over.wait(0.05)

    def _through(self, flight: Flight, name: str) -> None:
        """Go through one fault."""
        self.control.record.add(Turned(flight.record.seconds, name, "wait", "under way"))
        try:
            phase = flight.phase(name, FAULTS[name])
        except Mismatch as problem:
            phase = Phase(name, first=Event(problem.sent, problem.expected, problem.got, problem.advice))
            flight.phases.append(phase)
        if self._over.is_set():
            self.control.record.add(Turned(flight.record.seconds, name, "off", "broken off"))
        else:
            self._turn(flight, name, phase)

    def _turn(self, flight: Flight, name: str, phase: Phase) -> None:
        """Say what came of a phase."""
        words = f"{phase.seen['kept']} right answers, {phase.seen['refused']} told to come again"
        event = phase.first or phase.suspected
        words = f"{'broken' if phase.first else 'late'} after {words}" if event else f"held: {words}"
        step = Turned(flight.record.seconds, name, "bad" if event else "good", words, event, score(flight.phases))
        self.control.record.add(step)
        self._said(f"{name}: {words}")


def flown(module: Module, faults: Sequence[str], rounds: int = 1) -> Control:
    """Bring some faults about, one after the other, show what comes of it, and land.

    Args:
        module: the student's.
        faults: their names.
        rounds: how often; 0 for as often as anybody would wait for.

    Raises:
        KeyError: there is no such fault.
    """
    mission = Mission(module, said=_say)
    for name in list(faults) * (rounds or FOR_EVER):
        mission.bring(name)
    mission.land()
    mission.control.named = list(dict.fromkeys(faults))
    with mission.control.live():
        mission.launch()
        mission.join()
    return mission.control


def _say(line: str) -> None:
    """Say how far it is where the picture is not seen before the end."""
    if Screen.there_is() is None:
        print(line, flush=True)
