"""lab06's picture in JupyterLab: the arena, in which tests meet broken APIs."""

from __future__ import annotations

from playwright.sync_api import expect

LAB = "lab06_testing"
WEAK = """%%section happy_path
def test_it_answers(client):
    assert client.post("/predict", json={"features": SETOSA}).status_code == 200"""


def test_who_survives_a_weak_test(prepared, picture):
    """A card for each mutant says whether it is killed, lives or was not tried, in both themes."""
    notebook = prepared(LAB, "client_fixture", cells=r"^lab\.arena\(", happy_path=WEAK)
    arena = notebook.find("lab.arena()")
    assert "Mutant arena: 2 killed, 2 alive, 8 not tried" in notebook.text(arena)
    drawn = notebook.shown(arena)
    for tone, count in {"good": 2, "bad": 2, "off": 8}.items():
        expect(drawn.locator(f"[data-card][data-tone={tone}]")).to_have_count(count)
    drawn.scroll_into_view_if_needed()
    picture("arena", drawn, readme="lab06.png")
    notebook.theme("Dark")
    drawn.scroll_into_view_if_needed()
    picture("dark")
    assert notebook.stderr() == []
