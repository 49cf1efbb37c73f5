"""The board's page, its style and its script: three files, filled in once, that load nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.board.store import Identity
from autograder.board.summary import ORDER
from autograder.reports import TEMPLATES

FOLDER = Path(__file__).with_name("page")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",  # an address with a key is nobody else's
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def page(view: str, identity: Identity, address: str) -> str:
    """Return the page of a view, "desk" or "projector"."""
    return (
        _environment().get_template("board.html").render(view=view, identity=identity, address=address, outcomes=ORDER)
    )


def style() -> str:
    """Return the style: that of all pages of the autograder, and what only the board has."""
    return "\n".join(path.read_text("utf-8") for path in (TEMPLATES / "page.css", FOLDER / "board.css"))


def script() -> str:
    """Return the script."""
    return (FOLDER / "board.js").read_text("utf-8")


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader([FOLDER, TEMPLATES]), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
