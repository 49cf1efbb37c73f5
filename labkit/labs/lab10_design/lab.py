"""Lab 10 in a notebook."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from labkit.labs.lab10_design import finish, tables
from labkit.labs.lab10_design.finish import Finish
from labkit.labs.lab10_design.pages import Origin
from labkit.labs.lab10_design.tables import SQLITE, Tables
from labkit.labs.lab10_design.windows import Windows
from labkit.notebook import lab
from labkit.setup import training

FRONT_END = "http://localhost:3000"
"""The origin that is allowed where nobody says which."""


class Lab(lab.Lab):
    """The lab on design: its database can be looked into, its requests race, and pages of two origins ask its server.

    Attributes:
        origins: the servers of two pages, of which the first one's origin is allowed.
    """

    def __init__(self, name: str) -> None:
        """Open the lab: find its model and its database, and let one of two pages be allowed."""
        self.origins = (Origin(self._facts), Origin())
        self._windows: Windows | None = None
        allowed = [os.environ.get("ALLOWED_ORIGINS", FRONT_END), self.origins[0].url]
        os.environ["ALLOWED_ORIGINS"] = ",".join(allowed)
        os.environ.setdefault("DATABASE_URL", f"{SQLITE}{training.folder() / f'{name}.db'}")
        os.environ.setdefault("MODEL_PATH", str(training.iris()))
        super().__init__(name)

    def rows(self) -> Tables:
        """Show the last rows of each table of the live server's database."""
        return tables.read(os.environ.get("DATABASE_URL", ""))

    def new_database(self) -> Tables:
        """Begin again: stop the server, remove its database, and start it with a new one."""
        self.server.stop()
        place = Path(os.environ["DATABASE_URL"].removeprefix(SQLITE))
        for path in (place, *(place.with_name(place.name + end) for end in ("-journal", "-wal", "-shm"))):
            path.unlink(missing_ok=True)
        self.server.start()
        return self.rows()

    def race(self, kind: str, count: int = 6) -> Finish:
        """Send equal requests to the live server at the same time, and show what each of them gets.

        Args:
            kind: `PUT` the deployment with one ETag, `POST` a model with one id, or `KEY`, predictions with one key.
            count: how many, from 2 to 12.
        """
        finish.known(kind)
        self.refresh()
        statuses, problem = finish.run(self.api.plain(), kind, count)
        return Finish(finish.KINDS[kind], statuses, self.rows(), problem)

    def windows(self) -> Windows:
        """Let pages of two origins send the same to the live server, and show what each of them may read."""
        self.refresh()
        self._windows = Windows(self.api, self.server, self.origins, self.rows)
        return self._windows

    def _facts(self, name: str, query: dict[str, str]) -> Any:
        return self._windows.facts(name, query) if self._windows else None
