"""lab07, worked through in JupyterLab as a student does."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from autograder.authoring.stubs import unmarked
from labkit.sections import Section, normalise, parse

from .notebook import Notebook
from .workbench_copy import REPOSITORY

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Production servers take Linux or macOS.")
POINTS = {
    "settings": 3,
    "app_factory": 2,
    "workers": 3,
    "graceful_shutdown": 3,
    "gunicorn_conf": 2,
    "dockerfile": 3,
}
FILES = {"gunicorn_conf": "gunicorn.conf.py", "dockerfile": "Dockerfile"}
PLACE = REPOSITORY / "solutions" / "lab07_production.py"


def solutions() -> dict[str, str]:
    """The solved cell of each exercise."""
    found = parse(unmarked(PLACE.read_text(encoding="utf-8")))
    for name, file in FILES.items():
        text = unmarked((PLACE.with_suffix("") / file).read_text(encoding="utf-8"))
        found.append(Section(name, normalise(text)))
    return {section.name: f"%%section {section.name}\n{section.source.rstrip()}" for section in found}


@pytest.fixture
def production(page, fresh):
    """The notebook of lab07, open, with every section solved and not one cell run."""
    page.set_default_timeout(600_000)
    notebook = Notebook.open(page, fresh, "lab07_production")
    solved = solutions()
    for name in POINTS:
        notebook.type(notebook.find(f"%%section {name}"), solved[name])
    return notebook


@pytest.mark.timeout(1200)
def test_the_notebook_runs_from_top_to_bottom(production, fresh, picture):
    """With the solutions every cell runs, every verdict is correct, the pictures are drawn, nothing goes to stderr."""
    production.restart_and_run_all()
    for number, beginning in enumerate(
        ("server = lab.production", "server.roulette(seconds=6)", "server.roulette(seconds=7", "flower = read")
    ):
        drawn = production.shown(production.find(beginning)).locator(".labkit").last
        drawn.scroll_into_view_if_needed()
        expect(drawn).to_be_visible()
        picture(f"{number}")
        picture(f"{number}-alone", drawn, readme="lab07.png" if number == 2 else None)
    production.shown(production.find('lab.check("dockerfile")')).scroll_into_view_if_needed()
    picture("5-dockerfile")
    production.cell(production.find("lab.progress()"))
    picture("9-progress")
    for name, points in POINTS.items():
        text = production.text(production.find(f'lab.check("{name}")'))
        assert f"✓ {name}: correct, {points} of {points} points" in text
    assert "3 processes" in production.text(production.find("server.roulette(seconds=7"))
    assert (fresh.root / "labs" / "lab07_production" / "Dockerfile").read_text(encoding="utf-8").startswith("#")
    assert production.stderr() == []
