"""The mutant arena: a board of broken APIs, on which a student's tests are let loose."""

from __future__ import annotations

import contextlib

from labkit.checks import runner
from labkit.checks.api import Mismatch
from labkit.checks.plugin import Plugin
from labkit.module.source import Module
from labkit.mutation.client import Chamber
from labkit.mutation.mutant import Mutant
from labkit.mutation.result import Tried, function
from labkit.mutation.suite import Suite, target
from labkit.paths import Checks
from labkit.pictures.cards import CardBoard

_WORDS = {"good": "killed", "bad": "alive", "odd": "not counted", "wait": "under way", "off": "not tried"}


def fight(checks: Checks, module: Module, lock: str) -> CardBoard:
    """Try every exercise's tests on the broken APIs that students know, and draw live what becomes of each.

    Args:
        checks: where the lab's checks stand.
        module: the student's module.
        lock: how to lock its processes up.
    """
    board = CardBoard("Mutant arena", _WORDS)

    def watch(mutant: Mutant | None, failing: list[str]) -> None:
        if mutant is not None:
            _turn(board, mutant, failing)

    def all_exercises(run: Plugin) -> None:
        known = target(run)
        for mutant in known.mutants:
            board.add(mutant.name, f"{mutant.wrong} ({mutant.exercise})")
        with board.live(), contextlib.closing(Chamber(module.lab, module.text, lock)) as chamber:
            suite = Suite(module, known, chamber, watch=watch)
            for exercise in dict.fromkeys(mutant.exercise for mutant in known.mutants):
                mutants = [mutant for mutant in known.mutants if mutant.exercise == exercise]
                for mutant in mutants:
                    board[mutant.name].turn("wait", "meets your tests")
                _settle(board, suite(exercise, mutants), mutants)

    runner.with_checks(checks, all_exercises)
    return board


def _turn(board: CardBoard, mutant: Mutant, failing: list[str]) -> None:
    if failing:
        board[mutant.name].turn("good", f"killed by {function(failing[0])}")
    else:
        board[mutant.name].turn("bad", "survives")


def _settle(board: CardBoard, tried: Tried, mutants: list[Mutant]) -> None:
    """Turn the cards to what the tests that count say; where none does, say why."""
    if not tried.tests and not tried.problem:
        for mutant in mutants:
            board[mutant.name].turn("off", "no test yet")
        return
    try:
        tried.expect_steady()
    except Mismatch as problem:
        for mutant in mutants:
            board[mutant.name].turn("odd", f"no test counts: {problem.got}")
        return
    if tried.uncounted:
        board.notes.append(f"{tried.exercise}: {tried.uncounted}, see its check")
    for mutant in mutants:
        _turn(board, mutant, tried.rejected.get(mutant.name, []))
