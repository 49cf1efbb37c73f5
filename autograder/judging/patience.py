"""How long judging may take, in seconds. Nothing is loaded here: whoever watches over judges needs none."""

from __future__ import annotations

EXERCISE = 20.0
"""How long the checks of one exercise may take together."""
SUBMISSION = 150.0
"""How long a submission that is served may take."""
BESIDE = 50.0
"""How long the other exercises of a lab have at least, beside one that may take almost all of the time."""
TRIALS = 600.0
"""How long all trials of a suite of tests may take."""
SLOWEST = 5.0
"""How many times as long limits become on a slow machine, at most, when a submission is judged once more."""
LONGEST = max(SUBMISSION * (1 + SLOWEST), 2 * TRIALS) + 50.0
"""How long a judge may take that does not hang: what it allows, and time to start and to end its processes."""
