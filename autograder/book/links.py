"""Looks at a folder of pages: does every link lead somewhere, and does every page load from the folder alone?"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADED = re.compile(r"url\(\s*[\"']?(?P<address>(?:https?:)?//[^\"')]+)|@import\s+[\"'](?P<sheet>[^\"']+)")
_LOADING = {"script", "img", "iframe", "source", "video", "audio", "embed", "link"}
"""The elements whose address is loaded with the page."""


@dataclass
class _Page(HTMLParser):
    """What a page has: places to lead to, and addresses that it leads to or loads."""

    places: set[str] = field(default_factory=set)
    leads: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in an element."""
        values = {name: value or "" for name, value in attrs}
        self.places |= {values[name] for name in ("id", "name") if name in values}
        address = values.get("src") or values.get("href")
        if address and "canonical" not in values.get("rel", ""):
            (self.loads if tag in _LOADING else self.leads).append(address)


def problems(folder: Path) -> list[str]:
    """Return what leads nowhere, and what is loaded from elsewhere, one line each."""
    pages = {path: _read(path) for path in sorted(folder.rglob("*.html"))}
    found = [line for path in pages for line in _page(folder, path, pages)]
    for sheet in sorted(folder.rglob("*.css")):
        outside = _LOADED.finditer(sheet.read_text(encoding="utf-8"))
        found += [f"{sheet.relative_to(folder)} loads {match['address'] or match['sheet']}" for match in outside]
    return found


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def _page(folder: Path, path: Path, pages: dict[Path, _Page]) -> Iterator[str]:
    here = path.relative_to(folder)
    for address in pages[path].loads:
        if _outside(address):
            yield f"{here} loads {address}"
    for address in dict.fromkeys([*pages[path].leads, *pages[path].loads]):
        if not (_outside(address) or address.startswith(("data:", "mailto:"))):
            parts = urlsplit(address)
            target = Path(os.path.normpath(path.parent / unquote(parts.path))) if parts.path else path
            if not target.exists():
                yield f"{here} leads to {address}, which is not there"
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].places:
                yield f"{here} leads to {address}, which has no such place"


def _outside(address: str) -> bool:
    return address.startswith(("http:", "https:", "//"))
