"""lab08_concurrency in a notebook."""

from __future__ import annotations

from functools import partial
from typing import Any

from labkit.notebook import lab
from labkit.pictures import StatusGrid


class Lab(lab.Lab):
    """The lab whose module doubles: what it makes of a few numbers can be seen."""

    # SKELETON: draw what this lab is about; without a picture, remove the package and its test
    def doubles(self) -> StatusGrid:
        """Ask the module for the doubles of a few numbers, and draw what should come back and what does."""
        self.refresh()
        grid = StatusGrid("Doubles")
        for number in (0, 21, -4):
            grid.add(str(number), "double", {"double": 2 * number}, partial(self._double, number))
        return grid.fire()

    def _double(self, number: int) -> Any:
        return self.api.get(f"/double/{number}").json
