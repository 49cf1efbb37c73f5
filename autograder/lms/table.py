"""Tables that are opened in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def plain(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def written(rows: Iterable[Sequence[object]], separator: str = ",") -> str:
    """Return rows as comma-separated values, or as values with another sign between them."""
    table = io.StringIO(newline="")
    csv.writer(table, delimiter=separator).writerows(rows)
    return table.getvalue()
