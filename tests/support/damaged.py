"""Damaged notebooks for the tests: each maker takes a folder with the solved notebook in it and damages that."""

import json
import shutil
from pathlib import Path

import nbformat

from support.classroom import LAB, cell_of, released, solved

NAME = f"{LAB}.ipynb"


def _edited(change):
    def damage(folder: Path) -> Path:
        book = solved()
        change(book)
        (folder / NAME).write_text(json.dumps(book), encoding="utf-8")
        return folder / NAME

    return damage


def _bytes(change):
    def damage(folder: Path) -> Path:
        place = folder / NAME
        place.write_bytes(change(place.read_bytes()))
        return place

    return damage


def delete(book):
    book.cells = [cell for cell in book.cells if cell not in (cell_of(book, "root"), cell_of(book, "check-root"))]


def delete_checks(book):
    book.cells = [cell for cell in book.cells if not cell.metadata.get("nbgrader", {}).get("grade")]


def duplicate(book):
    book.cells += [cell_of(book, "root"), cell_of(book, "check-root")]


def duplicate_untouched(book):
    book.cells.append(cell_of(released(), "root"))


def rename_ids(book):
    for cell in book.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"]["grade_id"] += "-copy"


def reorder(book):
    book.cells.reverse()


def merge(book):
    first, second = cell_of(book, "root"), cell_of(book, "path_parameter")
    first.source += "\n\n" + second.source.partition("\n")[2]
    book.cells.remove(second)


def as_markdown(book):
    cell = cell_of(book, "root")
    cell.cell_type = "markdown"
    del cell["outputs"], cell["execution_count"]


def as_raw(book):
    cell_of(book, "root").cell_type = "raw"


def more_points(book):
    cell_of(book, "check-root").metadata["nbgrader"]["points"] = 1000
    cell_of(book, "check-root").source = "1000"


def edit_checks(book):
    for cell in book.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = "1000"


def strip_metadata(book):
    book.metadata.clear()
    for cell in book.cells:
        cell.metadata.clear()


def foreign_kernel(book):
    book.metadata["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}


def no_magic(book):
    cell = cell_of(book, "root")
    cell.source = cell.source.partition("\n")[2]


def large_outputs(book):
    cell_of(book, "root").outputs = [nbformat.v4.new_output("stream", text="12/12 " * 9_000_000)]


def forged_outputs(book):
    for cell in book.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "1000.0"}, execution_count=1)]


def newer_format(book):
    book.nbformat, book.nbformat_minor = 5, 0


def surrogates(book):
    cell_of(book, "root").source += "\n# \ud800"


def renamed(folder):
    return (folder / NAME).rename(folder / "Lab 1 (copy).ipynb")


def linked(folder):
    (folder / NAME).rename(folder / "elsewhere.ipynb")
    (folder / NAME).symlink_to(folder / "elsewhere.ipynb")
    return folder / NAME


def a_folder(folder):
    (folder / NAME).unlink()
    (folder / NAME).mkdir()
    return folder / NAME


def missing(folder):
    (folder / NAME).unlink()
    return folder / NAME


def old_format(folder):
    book = nbformat.v3.new_notebook(
        worksheets=[
            nbformat.v3.new_worksheet(
                cells=[
                    nbformat.v3.new_code_cell(input=cell.source) for cell in solved().cells if cell.cell_type == "code"
                ]
            )
        ]
    )
    (folder / NAME).write_text(nbformat.v3.writes_json(book), encoding="utf-8")
    return folder / NAME


def beside_another(folder):
    shutil.copy(folder / NAME, folder / "draft.ipynb")
    return folder / NAME


DAMAGES = {
    "deleted": (_edited(delete), 11, "missing"),
    "checks deleted": (_edited(delete_checks), 12, ""),
    "duplicated": (_edited(duplicate), 12, "2 cells of root"),
    "duplicated untouched": (_edited(duplicate_untouched), 12, "2 cells of root"),
    "ids renamed": (_edited(rename_ids), 12, ""),
    "reordered": (_edited(reorder), 12, ""),
    "merged": (_edited(merge), 10, "The cell of path_parameter is missing"),
    "markdown": (_edited(as_markdown), 12, ""),
    "raw": (_edited(as_raw), 12, ""),
    "more points": (_edited(more_points), 12, ""),
    "checks edited": (_edited(edit_checks), 12, ""),
    "metadata stripped": (_edited(strip_metadata), 12, ""),
    "foreign kernel": (_edited(foreign_kernel), 12, ""),
    "magic removed": (_edited(no_magic), 12, ""),
    "large outputs": (_edited(large_outputs), 12, ""),
    "forged outputs": (_edited(forged_outputs), 12, ""),
    "newer format": (_edited(newer_format), 0, "version"),
    "surrogates": (_edited(surrogates), 12, ""),
    "old format": (old_format, 12, ""),
    "truncated": (_bytes(lambda text: text[:5000]), 0, "not valid JSON"),
    "emptied": (_bytes(lambda text: b""), 0, "is empty"),
    "null": (_bytes(lambda text: b"null"), 0, "notebook"),
    "a list": (_bytes(lambda text: b"[" * 100_000), 0, "JSON"),
    "a picture": (_bytes(lambda text: b"\x89PNG\r\n\x1a\n" + bytes(500)), 0, "UTF-8"),
    "utf-16": (_bytes(lambda text: text.decode().encode("utf-16")), 0, "UTF-8"),
    "byte order mark": (_bytes(lambda text: b"\xef\xbb\xbf" + text), 12, ""),
    "windows lines": (_bytes(lambda text: text.replace(b"\\n", b"\\r\\n")), 12, ""),
    "renamed": (renamed, 12, ""),
    "linked": (linked, 0, "link"),
    "a folder": (a_folder, 0, ""),
    "missing": (missing, 0, ""),
    "beside another": (beside_another, 12, ""),
}
"""What is done to the notebook, the points it still earns, and a word of the incident."""
