"""The hidden checks of lab08_concurrency: the contract of the visible ones, with other inputs."""

from __future__ import annotations

from labkit.checks.api import Api, exercise


# SKELETON: try new inputs here, never new requirements
@exercise("double")
def test_other_numbers(api: Api) -> None:
    """Other numbers come back doubled, too."""
    for number in (0, -4, 123456789):
        api.get(f"/double/{number}").expect(200, {"double": 2 * number})
