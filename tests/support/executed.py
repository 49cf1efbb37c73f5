"""Looks at notebooks that a kernel has executed from the first cell to the last."""

import re

from nbformat import NotebookNode

PICTURES = ("application/vnd.jupyter.widget-view+json", "text/html", "image/svg+xml")
"""What labkit draws, and not everybody can see. A plot of a notebook's own is told in the prose around it."""
_BARE = re.compile(r"<.*>|[\w.]+\(.*\)", re.DOTALL)
"""What Python says of an object that nobody has written a text for."""


def troubles(book: NotebookNode) -> list[str]:
    """What is not as it should be: a cell that did not run, raised, or warned, and a picture without its text."""
    cells = [cell for cell in book.cells if cell.cell_type == "code" and cell.source.strip()]
    return [f"{_name(cell)}: {trouble}" for cell in cells for trouble in _troubles(cell)]


def pictures(book: NotebookNode) -> int:
    """How many pictures there are."""
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    return sum(_is_picture(output.get("data", {})) for output in outputs)


def _troubles(cell: NotebookNode) -> list[str]:
    found = [] if cell.execution_count else ["it did not run"]
    for output in cell.outputs:
        data = output.get("data", {})
        text = data.get("text/plain", "").strip()
        if output.output_type == "error":
            found.append(f"it raised {output.ename}: {output.evalue}")
        elif output.get("name") == "stderr":
            found.append(f"stderr has {output.text!r}")
        elif _is_picture(data) and (not text or _BARE.fullmatch(text)):
            found.append(f"a picture has no text but {text!r}")
    return found


def _is_picture(data: NotebookNode) -> bool:
    """Whether there is something to see: a button that is gone leaves empty texts."""
    return any(data.get(kind) for kind in PICTURES)


def _name(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id") or cell.source.strip().splitlines()[0]
