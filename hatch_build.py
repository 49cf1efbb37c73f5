"""Puts the notebooks into the wheel, below labkit, where `labkit lab` finds them; an editable one has them already."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WORKBOOK = ("notebooks", "labs/README.md", "data/README.md")


class Notebooks(BuildHookInterface[Any]):
    """The step of the build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name what is to be put where."""
        if version == "standard":
            build_data["force_include"] |= {path: f"labkit/workbook/{path}" for path in WORKBOOK}
