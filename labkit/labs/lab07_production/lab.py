"""Lab 07 in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labkit.http import requests
from labkit.http.requests import Written
from labkit.labs.lab07_production import hadolint, roulette
from labkit.labs.lab07_production.hadolint import Finding
from labkit.labs.lab07_production.server import Production
from labkit.notebook import lab
from labkit.pictures import Chart


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

    def measure(
        self,
        servers: Mapping[str, Production],
        first: Written,
        path: str | None = None,
        *,
        users: int = 10,
        seconds: float = 10.0,
        **options: Any,
    ) -> Chart:
        """Load production servers one after the other, and chart how much each answers.

            lab.measure(servers, "POST", "/predict", json={"features": [5.1, 3.5, 1.4, 0.2]}, users=16, seconds=4)

        Args:
            servers: the servers, by the names they bear in the chart.
            first: the method, or the whole request.
            path: the path, after a method.
            users: how many send at the same time.
            seconds: for how long each server is loaded.
            options: json, content, headers.
        """
        (request,) = requests.read(first, path, **options)
        return roulette.measure(servers, request, users, seconds)

    def lint(self, dockerfile: str) -> list[Finding]:
        """Return what hadolint finds in the text of a Dockerfile.

        Raises:
            OSError: there is no hadolint.
        """
        return hadolint.lint(dockerfile)
