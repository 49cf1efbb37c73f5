"""What tests of the sandbox share: every tier that the machine offers."""

import pytest

from autograder.judging.tiers import TIERS, Tier


@pytest.fixture(params=TIERS, ids=lambda tier: tier.name)
def tier(request) -> Tier:
    """Each tier; whether the machine offers it is not tried before a test needs it."""
    if not request.param.available():
        pytest.skip(f"this machine does not offer {request.param.name}: {request.param.why_not()}")
    return request.param
