"""How long judging may take, in seconds. Nothing is loaded here: whoever watches over judges needs none."""

from __future__ import annotations

EXERCISE = 20.0
"""How long the checks of one exercise may take together."""
SUBMISSION = 150.0
"""How long a submission that is served may take."""
EXERCISES = 2.0
"""How many times as long as one exercise all of them may take, where checks take longer than usual."""
SLOW_LAB = 300.0
"""How long a submission may take at most, however long the checks of its lab take."""
TRIALS = 600.0
"""How long all trials of a suite of tests may take."""
SLOWEST = 5.0
"""How many times as long limits become on a slow machine, at most, when a submission is judged once more."""
LONGEST = max(SLOW_LAB * (1 + SLOWEST), 2 * TRIALS) + 50.0
"""How long a judge may take that does not hang: what it allows, and time to start and to end its processes."""
