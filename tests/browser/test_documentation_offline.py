"""The pages of documentation, on a machine without a network."""

from __future__ import annotations

from playwright.sync_api import expect

from .test_lab01_in_jupyterlab import EXERCISES, begin


def test_the_documentation_of_the_api_is_drawn(notebook, page, picture):
    """The address below the progress leads to /docs, which is drawn and tries a request; /redoc is drawn as well."""
    begin(notebook, *EXERCISES)
    progress = notebook.find("lab.progress()")
    notebook.run(progress)
    with page.context.expect_page() as opened:
        notebook.shown(progress).locator("a[href$='/docs']").click()
    docs = opened.value
    expect(docs.locator(".opblock-summary-path")).to_have_count(5)
    docs.locator(".opblock-summary").first.click()
    docs.get_by_role("button", name="Try it out").click()
    docs.get_by_role("button", name="Execute").click()
    expect(docs.locator(".live-responses-table .response .response-col_description")).to_contain_text("Hello World")
    picture("docs", docs)
    docs.goto(docs.url.replace("/docs", "/redoc"))
    expect(docs.get_by_role("heading", name="Hello API")).to_be_visible()
    expect(docs.get_by_role("heading", name="Search")).to_be_visible()
    picture("redoc", docs)
