"""lab11's picture in JupyterLab: tokens that are tampered with, and what two servers make of them."""

from __future__ import annotations

from playwright.sync_api import expect

LAB = "lab11_security"


def test_tokens_are_tampered_with(prepared, picture):
    """A button fires its attack anew, claims can be edited and sent with the old seal, in both themes."""
    notebook = prepared(LAB, "register", "login", "tokens", cells=r"^import hashlib|ada = |lab\.bench\(")
    bench = notebook.shown(notebook.find("lab.bench("))
    row = bench.locator("[data-attack='no exp'] td")
    expect(row.nth(0)).to_have_attribute("data-tone", "good")
    expect(row.nth(1)).to_have_attribute("data-tone", "bad")
    expect(bench.locator("[data-share]")).to_be_visible()
    bench.get_by_role("button", name="alg none").click()
    expect(bench.locator("[data-part=token] .p2")).to_have_text("")
    claims = bench.locator("textarea")
    claims.fill(claims.input_value().replace('"ada"', '"root"'))
    bench.get_by_role("button", name="edited, old seal").click()
    expect(bench.locator("[data-attack='edited, old seal'] td").first).to_contain_text("refused: 401")
    expect(bench.locator(".said.p1")).to_contain_text('"sub":"root"')
    notebook.page.set_viewport_size({"width": 1360, "height": 1100})  # all of it in one picture
    bench.scroll_into_view_if_needed()
    picture("bench", bench, readme="lab11.png")
    notebook.theme("Dark")
    bench.scroll_into_view_if_needed()
    picture("dark")
    notebook.page.set_viewport_size({"width": 1360, "height": 900})
    assert notebook.stderr() == []
