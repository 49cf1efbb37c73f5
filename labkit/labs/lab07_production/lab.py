"""Lab 07 in a notebook."""

from __future__ import annotations

from collections.abc import Mapping

from labkit.labs.lab07_production.server import Production
from labkit.notebook import lab


class Lab(lab.Lab):
    """The lab on production: its module is started by production servers."""

    def production(
        self, program: str, *options: str, workers: int | None = None, environment: Mapping[str, str] | None = None
    ) -> Production:
        """Start the module with a production server, as processes of their own, and wait until it answers.

        Args:
            program: "uvicorn" or "gunicorn"; the latter takes the lab's gunicorn.conf.py where that is written.
            options: further words of its command line.
            workers: how many processes are to answer.
            environment: variables for it, besides those of the notebook.
        """
        return Production(self.draft.path, program, workers, options, environment or {}).begin()
