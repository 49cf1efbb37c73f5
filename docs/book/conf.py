"""How Sphinx makes the book. It is given pages that are made of the notebooks, see autograder/book/."""

import os

project = html_title = os.environ["BOOK_TITLE"]
extensions = ["myst_parser"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]  # a notebook may go from ## to ####

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["book.css"]
html_copy_source = html_show_sourcelink = html_show_sphinx = html_show_copyright = False
html_use_index = False
html_show_search_summary = False  # a browser lets no page read others in a folder
pygments_style, pygments_dark_style = "a11y-light", "a11y-high-contrast-dark"
highlight_language = "none"
