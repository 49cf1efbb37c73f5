"""What the board shows of a class: how each exercise stands, what fails most, who is stuck, and the pace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from autograder.board.room import FINE, Room, Seat, Standing
from labkit.course import Exercise, Lab
from labkit.verdict import Outcome

ORDER = tuple(Outcome)
NOTHING = "-"
"""Stands for an exercise that nothing was reported of; each outcome's sign is its place in ORDER."""
MOST = 6
"""How many messages and how many stuck seats are shown."""
ACTIVE = 15 * 60.0
"""Who has reported in these seconds is at work."""
GONE = 45 * 60.0
"""Who has not reported for so long is not stuck, but somewhere else."""
STUCK = 5 * 60.0
"""From when on the projector counts somebody as stuck."""
_OURS = (Outcome.HELD, Outcome.CHECKER_ERROR)


@dataclass(frozen=True)
class View:
    """A lab, as it stands in a class at one moment."""

    room: Room
    lab: Lab
    now: float

    def desk(self) -> dict[str, Any]:
        """Return what the instructor sees."""
        seats = list(self.room.seats.values())
        cells = [[_sign(seat, self.lab, exercise) for seat in seats] for exercise in self.lab.exercises]
        return self._shown(cells) | {
            "seats": [[seat.number, seat.name] for seat in seats],
            "stuck": [self._stuck(seat, standing) for seat, standing in self._failing_longest()[:MOST]],
        }

    def projector(self) -> dict[str, Any]:
        """Return what everybody may see: the cells of an exercise in the order of their outcomes, and nobody's seat."""
        seats = self.room.seats.values()
        rows = [[_sign(seat, self.lab, one) for seat in seats] for one in self.lab.exercises]
        return self._shown([sorted(row, key=lambda sign: (sign == NOTHING, sign)) for row in rows])

    def _shown(self, cells: list[list[str]]) -> dict[str, Any]:
        waiting = Counter(
            seat.last for seat, standing in self._failing_longest() if self.now - (standing.since or 0) >= STUCK
        )
        exercises = [
            {"title": one.title, "cells": "".join(row), "stuck": waiting[self.lab.id, one.id]}
            for one, row in zip(self.lab.exercises, cells, strict=True)
        ]
        begun = Counter(lab for seat in self.room.seats.values() for lab in {lab for lab, _ in seat.standings})
        return {
            "lab": self.lab.id,
            "title": self.lab.title,
            "labs": [[name, one.title, begun[name]] for name, one in self.room.words.labs.items() if begun[name]],
            "joined": len(self.room.seats),
            "active": sum(self.now - seat.at < ACTIVE for seat in self.room.seats.values()),
            "exercises": exercises,
            "messages": self._messages(),
            "pace": self._pace(),
        }

    def _messages(self) -> list[dict[str, Any]]:
        """The sentences that most students read beside a cross now."""
        seen = Counter(
            (exercise.title, standing.outcome, self.room.words.sentence(self.lab.id, standing.check, standing.outcome))
            for seat in self.room.seats.values()
            for exercise in self.lab.exercises
            if (standing := seat.standings.get((self.lab.id, exercise.id)))
            and standing.outcome is not None
            and standing.outcome not in FINE
        )
        return [
            {"count": count, "exercise": exercise, "outcome": ORDER.index(outcome), "sentence": sentence}
            for (exercise, outcome, sentence), count in seen.most_common(MOST)
        ]

    def _failing_longest(self) -> list[tuple[Seat, Standing]]:
        """The seats whose last word on this lab is a failure, the oldest failure first."""
        found = []
        for seat in self.room.seats.values():
            if seat.last and seat.last[0] == self.lab.id and self.now - seat.at < GONE:
                standing = seat.standings[seat.last]
                if standing.since is not None and standing.outcome not in _OURS:
                    found.append((seat, standing))
        return sorted(found, key=lambda one: one[1].since or 0)

    def _stuck(self, seat: Seat, standing: Standing) -> dict[str, Any]:
        outcome = standing.outcome or Outcome.INCORRECT
        return {
            "seat": seat.number,
            "name": seat.name,
            "exercise": self.lab.exercise(seat.last[1]).title if seat.last else "",
            "outcome": ORDER.index(outcome),
            "sentence": self.room.words.sentence(self.lab.id, standing.check, outcome),
            "minutes": int((self.now - (standing.since or self.now)) / 60),
            "quiet": int((self.now - standing.at) / 60),
            "tries": standing.tries,
            "hints": standing.hints,
        }

    def _pace(self) -> dict[str, Any]:
        """Where the plan is, and where the middle of the class is."""
        planned = plan(self.lab)
        begun = [seat for seat in self.room.seats.values() if any(lab == self.lab.id for lab, _ in seat.standings)]
        at_work = [seat for seat in begun if self.now - seat.at < GONE] or begun
        began = self.room.clocks.get(self.lab.id)
        gone = 0.0 if began is None else max(0.0, (self.now - began) / 60)
        solved = [sum(_solved(seat, self.lab, one) for seat in at_work) for one in self.lab.exercises]
        parts = [
            {"minutes": round(minutes, 2), "share": round(count / max(1, len(at_work)), 3)}
            for minutes, count in zip(planned, solved, strict=True)
        ]
        return {"gone": int(gone), "minutes": self.lab.minutes, "parts": parts, "words": self._words(gone, at_work)}

    def _words(self, gone: float, at_work: Sequence[Seat]) -> str:
        if not at_work:
            return "Nobody has reported anything of this lab yet."
        planned = plan(self.lab)
        far = int(median(sum(_solved(seat, self.lab, one) for one in self.lab.exercises) for seat in at_work))
        said = f"Half of the class has solved {far} of {len(planned)} exercises or more"
        if far == len(planned):
            return f"{said}."
        begin, end = sum(planned[:far]), sum(planned[: far + 1])
        if gone > end:
            return f"{said}, {max(1, round(gone - end))} min behind the plan."
        if gone < begin:
            return f"{said}, {max(1, round(begin - gone))} min ahead of the plan."
        return f"{said}, as planned."


def plan(lab: Lab) -> list[float]:
    """Return how many of a lab's minutes are for each exercise; reading is shared out among them."""
    alone = sum(exercise.minutes for exercise in lab.exercises)
    return [exercise.minutes * lab.minutes / alone for exercise in lab.exercises]


def busiest(room: Room, now: float) -> Lab:
    """Return the lab that most are at, or were at last; the course's first, before anybody has said anything."""
    last = Counter(seat.last[0] for seat in room.seats.values() if seat.last and now - seat.at < ACTIVE)
    last = last or Counter(seat.last[0] for seat in room.seats.values() if seat.last)
    return room.words.labs[last.most_common(1)[0][0]] if last else next(iter(room.words.labs.values()))


def _sign(seat: Seat, lab: Lab, exercise: Exercise) -> str:
    standing = seat.standings.get((lab.id, exercise.id))
    return NOTHING if standing is None or standing.outcome is None else str(ORDER.index(standing.outcome))


def _solved(seat: Seat, lab: Lab, exercise: Exercise) -> bool:
    standing = seat.standings.get((lab.id, exercise.id))
    return standing is not None and standing.outcome is Outcome.CORRECT
