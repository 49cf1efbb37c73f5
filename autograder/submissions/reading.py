"""Reads a notebook that a student handed in: any version of the format, any damage, any size of output."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.submissions import files
from autograder.submissions.files import Unusable


def text(path: Path, data: bytes | None = None) -> str:
    """Read a text file, with or without a byte order mark; `data` is its content, where that has been read already.

    Raises:
        Unusable: it is a link, no plain file, too large or not UTF-8.
    """
    try:
        content = (files.load(path) if data is None else data).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unusable(f"{path.name} is not UTF-8 text.") from None
    return content.replace("\r\n", "\n").replace("\r", "\n")


def notebook(path: Path, data: bytes | None = None) -> NotebookNode:
    """Read a notebook, without its outputs, as format 4.5; `data` is its content, where that has been read already.

    Raises:
        Unusable: it is not a notebook.
    """
    content = text(path, data)
    if not content.strip():
        raise Unusable(f"{path.name} is empty.")
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise Unusable(f"{path.name} is damaged: it is not valid JSON, perhaps cut off.") from None
    if not isinstance(data, dict) or not ("cells" in data or "worksheets" in data):
        raise Unusable(f"{path.name} is not a notebook.")
    return _as_version_4(data, path)


def _as_version_4(data: dict[str, Any], path: Path) -> NotebookNode:
    if data.get("nbformat", 4) != 4 or "worksheets" in data:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                data = nbformat.convert(nbformat.from_dict(data), 4)
        except Exception:  # noqa: BLE001 (nbformat raises what it likes on what it does not know)
            raise Unusable(f"{path.name} is a notebook of a version that cannot be read.") from None
    cells = data.get("cells")
    kept = [_cell(cell, number) for number, cell in enumerate(cells if isinstance(cells, list) else [])]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.from_dict(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": kernel},
            "cells": [cell for cell in kept if cell is not None],
        }
    )


def _cell(cell: Any, number: int) -> dict[str, Any] | None:
    """Return a cell in its cleanest form: its type, text and metadata; None if it is none."""
    if not isinstance(cell, dict):
        return None
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    metadata = cell.get("metadata")
    kind = cell.get("cell_type") if cell.get("cell_type") in ("code", "markdown", "raw") else "raw"
    clean = {
        "id": f"cell-{number}",
        "cell_type": kind,
        "metadata": metadata if isinstance(metadata, dict) else {},
        "source": source if isinstance(source, str) else "",
    }
    if kind == "markdown" and isinstance(cell.get("attachments"), dict):
        clean["attachments"] = cell["attachments"]
    return clean | ({"outputs": [], "execution_count": None} if kind == "code" else {})
