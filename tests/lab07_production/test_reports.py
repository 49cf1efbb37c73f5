"""What a student's process says about itself in lab 07 is held against its shape."""

import pytest
from pydantic import ValidationError

from labkit.labs.lab07_production.reports import Configuration, Report
from labkit.labs.lab07_production.two_apps import STEPS


@pytest.mark.parametrize(
    "said",
    [
        None,
        7,
        [],
        {"named": 5},
        {"named": "workers"},
        {"workers": float("inf")},
        {"timeout": [1]},
        {"bind": 3},
        {"worker_class": None},
    ],
)
def test_a_configuration_that_is_none_names_nothing(said):
    """A configuration of another shape than gunicorn's counts as one that says nothing."""
    assert Configuration.of(said) == Configuration()


def test_a_configuration_is_read():
    """What gunicorn says of a file is kept, and what nobody asks for is left out."""
    found = Configuration.of({"named": ["workers"], "workers": 2, "bind": ["0.0.0.0:8000"], "odd": 1})
    assert (found.named, found.workers, found.bind, found.daemon) == (["workers"], 2, ["0.0.0.0:8000"], False)


@pytest.mark.parametrize("said", [{}, {"said": {}, "shown": []}, {"said": dict.fromkeys(STEPS, ""), "shown": "all"}])
def test_a_report_that_lacks_a_part_is_none(said):
    """A report that leaves out a step, or what was shown, is no report."""
    with pytest.raises(ValidationError):
        Report.model_validate(said)
    assert Report.model_validate({"said": dict.fromkeys(STEPS, ""), "shown": ["x"]}).shown == ["x"]
