"""A class in which a cell ends in each way in which one can: seven students, so that seven notebooks are executed."""

import nbformat

from support.classroom import cell_of, filled, modules, released, solved

DIVIDES = '%%section root\n@app.get("/")\ndef read_root():\n    """Greet."""\n    return 1 / 0\n'
SLEEPS = DIVIDES.replace("return 1 / 0", "import time\n    time.sleep(3600)")
LOOPS = "%%section documentation\nwhile True:\n    pass\n"


def with_cells(**cells):
    """The solved notebook with some section cells written otherwise."""
    book = solved()
    for name, source in cells.items():
        cell_of(book, name).source = source
    return book


def of(student, name):
    """The cell of a section, as a module of the corpus has it."""
    return cell_of(filled(modules()[student].text), name).source


def marks_of_all_kinds():
    return with_cells(
        root=of("wrong-root_other_case", "root"),
        optional_query=of("wrong-search_lowers_one_side", "optional_query"),
        documentation=cell_of(released(), "documentation").source,
    )


def fails_to_run():
    return with_cells(
        root=DIVIDES,
        query_parameters=of("half-import_raises_in_pages", "query_parameters"),
        optional_query=of("half-syntax_error_in_search", "optional_query"),
    )


def moved():
    """One section stands before another, and one that has to does not."""
    book = with_cells(route_order=of("wrong-latest_after_item", "route_order"))
    cell = cell_of(book, "optional_query")
    cell.source = cell.source.replace("%%section optional_query", "%%section optional_query --before root")
    return book


def copied():
    """A draft of one section stands above it, and the cell of another one was deleted.

    A copy that keeps its metadata is more than stock nbgrader takes: it is in test_recording.
    """
    book = solved()
    draft = nbformat.v4.new_code_cell(of("wrong-root_other_case", "root"), id="draft")
    book.cells.insert(book.cells.index(cell_of(book, "root")), draft)
    book.cells.remove(cell_of(book, "query_parameters"))
    return book


CLASS = {
    "solution": solved,
    "marks": marks_of_all_kinds,
    "raises": fails_to_run,
    "endless": lambda: with_cells(root=SLEEPS, documentation=LOOPS),
    "elsewhere": lambda: filled(modules()["alternative-both_routes_in_one_section"].text),
    "moved": moved,
    "copied": copied,
}
ENDS = {
    "solution": {},
    "marks": {"root": "incorrect", "optional_query": "incorrect", "documentation": "not_attempted"},
    "raises": {"root": "error", "query_parameters": "error", "optional_query": "error"},
    "endless": {"root": "timeout", "documentation": "error"},
    "elsewhere": {},
    "moved": {"route_order": "incorrect"},
    "copied": {"query_parameters": "not_attempted"},
}
"""Every way in which a cell can end: what is not correct, by student."""
