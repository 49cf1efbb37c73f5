"""The live panel in JupyterLab, as a student uses it."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Locator, expect
from support.live import pour, until

from .conftest import LAB
from .notebook import Notebook
from .workbench_copy import SECONDS

APP = """
from typing import Annotated, Literal
from fastapi import FastAPI, Query
from pydantic import BaseModel, Field
import time

app = FastAPI(title="Flowers")
BORN = time.time_ns()

class Flower(BaseModel):
    petal_length: Annotated[float, Field(gt=0, le=10, examples=[4.2], description="in centimetres")]
    petal_width: Annotated[float, Field(gt=0, examples=[1.3])]
    colour: Literal["blue", "white"] = "blue"

@app.get("/born")
def born():
    return BORN

@app.get("/flowers")
def list_flowers(skip: Annotated[int, Query(ge=0)] = 0):
    return ["setosa", "virginica"][skip:]

@app.post("/predict")
def predict(flower: Flower, top: Annotated[int, Query(ge=1, le=3)] = 1):
    print("a petal of", flower.petal_length)
    if flower.petal_length > 9:
        raise ValueError("no flower has such petals")
    return {"species": "setosa", "top": top, "colour": flower.colour}
"""
MEDIA = """
import time
from fastapi import FastAPI, UploadFile, WebSocket
from fastapi.sse import EventSourceResponse, ServerSentEvent

app = FastAPI(title="Media")

@app.post("/weigh")
def weigh(file: UploadFile):
    return {"name": file.filename, "kind": file.content_type, "bytes": len(file.file.read())}

@app.get("/count", response_class=EventSourceResponse)
def count():
    for number in range(100):
        yield ServerSentEvent(data={"number": number}, id=str(number))
        time.sleep(0.2)

@app.websocket("/echo")
async def echo(ws: WebSocket):
    await ws.accept()
    async for text in ws.iter_text():
        await ws.send_text(f"you said {text}")
"""
PREDICT = {"petal_length": 4.2, "petal_width": 1.3}


@dataclass(frozen=True)
class Panel:
    """The panel, as it is drawn below its cell."""

    notebook: Notebook
    place: int
    shown: Locator

    def tab(self, name: str) -> None:
        self.shown.get_by_role("tab", name=name, exact=True).click()

    def button(self, text: str | re.Pattern[str]) -> Locator:
        return self.shown.locator("button:visible").filter(has_text=text)

    def choose(self, method: str, path: str) -> None:
        self.button(re.compile(rf"{method} +{re.escape(path)}$")).click()

    def row(self, field: str) -> Locator:
        return self.shown.locator(".row").filter(has_text=re.compile(rf"^{re.escape(field)}"))

    def type(self, field: str, text: str) -> None:
        self.row(field).locator("input, textarea").fill(text)

    def send(self) -> Locator:
        """Press Send, and return the answer once it is there."""
        self.button("Send").click()
        expect(self.button("Send")).to_be_enabled()
        return self.shown.locator(".answer")

    @property
    def address(self) -> str:
        return str(self.shown.locator(".state a").get_attribute("href"))

    def top(self) -> None:
        self.notebook.scroll_to(self.place)


def opened(prepared, app: str) -> Panel:
    notebook = prepared(LAB, cells=r"^lab\.(panel\(|server$)", setup=f"%%section setup{app}")
    place = notebook.find("lab.panel()")
    panel = Panel(notebook, place, notebook.shown(place))
    expect(panel.shown.locator(".form")).to_be_visible()
    panel.top()
    return panel


@pytest.fixture
def panel(prepared) -> Panel:
    """The panel, opened on an app with a request body."""
    return opened(prepared, APP)


def test_a_refusal_marks_the_fields_it_names(panel, picture):
    """A form has a field for each value, says what fits, and after a 422 marks those at fault until they are right."""
    panel.choose("POST", "/predict")
    expect(panel.row("petal_length")).to_contain_text("above 0 up to 10")
    expect(panel.row("top")).to_contain_text("default 1")
    picture("form")
    panel.type("petal_length", "-1")
    panel.type("top", "seven")
    expect(panel.send()).to_have_attribute("data-status", "422")
    expect(panel.shown.locator(".row.refused")).to_have_count(2)
    expect(panel.row("petal_length")).to_contain_text("Input should be greater than 0")
    expect(panel.row("top")).to_contain_text("Input should be a valid integer")
    panel.top()
    picture("refused")
    panel.type("petal_length", "4.2")
    panel.type("top", "2")
    panel.type("colour", "white")
    answer = panel.send()
    expect(answer).to_have_attribute("data-status", "200")
    expect(answer.locator("pre").first).to_have_text('{\n  "species": "setosa",\n  "top": 2,\n  "colour": "white"\n}')
    expect(panel.shown.locator(".row.refused")).to_have_count(0)
    answer.locator("summary").click()
    expect(answer).to_contain_text("content-type: application/json")
    picture("answered")
    assert panel.notebook.stderr() == []


def test_a_body_is_written_as_json(panel, picture):
    """The fields become one JSON text, which may say anything; the refusal stands below it."""
    panel.choose("POST", "/predict")
    panel.button("raw JSON").click()
    body = panel.shown.locator(".form > .widget-textarea textarea")
    expect(body).to_have_value('{\n  "petal_length": 4.2,\n  "petal_width": 1.3\n}')
    body.fill('{"petal_length": 4.2, "petal_width"')
    expect(panel.send()).to_have_attribute("data-status", "422")
    expect(panel.shown.locator(".form")).to_contain_text("JSON decode error")
    picture("raw")
    body.fill('{"petal_length": 4.2, "petal_width": 1, "colour": "white"}')
    expect(panel.send()).to_contain_text('"colour": "white"')


def test_a_request_is_copied_and_run(panel, page):
    """What the buttons copy sends the same request from a terminal."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel.choose("POST", "/predict")
    panel.type("top", "3")
    for form in ("curl", "httpx"):
        copyable = panel.shown.locator(f"[data-form={form}]")
        expect(copyable).to_contain_text("top")
        copyable.get_by_role("button").click()
        expect(copyable.get_by_role("button")).to_have_text("copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        command = ["bash", "-c", f"{copied} --silent"] if form == "curl" else [sys.executable, "-c", copied]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        assert "200" in ran.stdout
        assert '{"species":"setosa","top":3,"colour":"blue"}' in ran.stdout


def test_the_documentation_in_the_frame(panel, picture):
    """Swagger UI and ReDoc are drawn inside the panel, without a network, and Try it out is answered there."""
    panel.tab("Docs")
    frame = panel.shown.frame_locator("iframe")
    frame.locator(".opblock-summary", has_text="/flowers").click()
    frame.get_by_role("button", name="Try it out").click()
    frame.get_by_role("button", name="Execute").click()
    expect(frame.locator(".live-responses-table .response .response-col_description")).to_contain_text("virginica")
    picture("tried")
    panel.button("ReDoc").click()
    expect(frame.get_by_role("heading", name="Flowers (0.1.0)")).to_be_visible()
    panel.top()
    picture("redoc")


def test_the_log_lives(panel, picture):
    """A line appears as it is written, with its level and request; a level and a word choose among the lines."""
    panel.tab("Log")
    httpx.post(f"{panel.address}/predict", json=PREDICT, trust_env=False, timeout=300)
    printed = panel.shown.locator(".line", has_text="a petal of 4.2")
    expect(printed).to_contain_text(re.compile(r"printed.*#\d+ POST /predict"))
    httpx.post(f"{panel.address}/predict", json=PREDICT | {"petal_length": 9.5}, trust_env=False, timeout=300)
    raised = panel.shown.locator(".line.error", has_text="ValueError: no flower has such petals")
    expect(raised).to_contain_text("POST /predict")
    picture("lines")
    panel.shown.locator("select", has_text="ERROR and above").select_option("ERROR and above")
    expect(printed).to_have_count(0)
    panel.shown.locator(".tools:visible input").fill("such petals")
    expect(panel.shown.locator(".line.error").first).to_contain_text("no flower has such petals")
    picture("errors")


def test_a_failing_request_is_xrayed(panel, page, picture):
    """Every request is in the list, from whoever it came; a click on one shows the step in which it stopped."""
    panel.tab("Traffic")
    httpx.get(f"{panel.address}/nowhere", trust_env=False, timeout=300)
    httpx.post(f"{panel.address}/predict", json=PREDICT | {"petal_length": "long"}, trust_env=False, timeout=300)
    subprocess.run(["curl", "-s", f"{panel.address}/flowers?skip=1"], capture_output=True, check=True)
    expect(panel.button(re.compile(r"GET +/flowers\?skip=1 +✓ 200 .* curl$"))).to_be_visible()
    expect(panel.button(re.compile(r"GET +/nowhere +✗ 404 .* httpx$"))).to_be_visible()
    picture("list")
    panel.button(re.compile(r"POST +/predict +✗ 422")).click()
    stopped = panel.shown.locator("[data-stopped]")
    expect(stopped).to_have_attribute("data-step", "validate")
    expect(stopped).to_contain_text("body.petal_length")
    picture("xray")
    panel.notebook.theme("Dark")
    panel.top()
    picture("dark")
    panel.shown.locator(".tools:visible input").fill("nowhere")
    expect(panel.shown.locator(".traffic .request")).to_have_count(1)


def test_the_buttons_stop_and_start_the_server(panel, page, picture):
    """Stop frees the port, Start takes it again, Restart loads the module anew; the link leads to the server."""
    address = panel.address
    panel.button("Stop").click()
    expect(panel.shown.locator(".state")).to_contain_text("not serving: it was stopped")
    with pytest.raises(httpx.ConnectError):
        httpx.get(address, trust_env=False, timeout=300)
    picture("stopped")
    panel.button(re.compile("^ ?Start$")).click()
    expect(panel.shown.locator(".state")).to_contain_text(f"serving on {address}")
    before = born(address)
    panel.button("Restart").click()
    until(lambda: born(address) not in {None, before}, SECONDS)
    expect(panel.shown.locator(".state a")).to_have_attribute("href", address)


def born(address: str) -> int | None:
    """When the module was loaded; None while nobody answers."""
    try:
        reply = httpx.get(f"{address}/born", trust_env=False, timeout=300)
        return int(reply.text) if reply.status_code == 200 else None  # 503 while the module is loaded anew
    except httpx.TransportError:
        return None


def test_the_panel_follows_the_code(panel):
    """A section that is run anew changes the forms, and what was typed stays."""
    panel.choose("POST", "/predict")
    panel.type("petal_width", "0.7")
    changed = APP.replace("top: Annotated", "first: Annotated").replace("top}", "first}").replace(": top", ": first")
    panel.notebook.write(panel.notebook.find("%%section setup"), f"%%section setup{changed}")
    expect(panel.row("first")).to_be_visible()
    expect(panel.row("petal_width").locator("input")).to_have_value("0.7")
    panel.notebook.write(panel.notebook.find("%%section setup"), "%%section setup\napp = 1")
    expect(panel.shown.locator(".state")).to_contain_text("app in lab01_hello.py is a int")
    assert panel.notebook.stderr() == []


def test_ten_thousand_requests_leave_the_notebook_as_it_was(panel, fresh):
    """After 10,000 requests the page has as many elements as after a hundred, and the saved notebook is no larger."""
    panel.tab("Traffic")
    elements = "document.querySelectorAll('.labkit.panel *').length"
    notebook = panel.notebook
    path = fresh.root / "notebooks" / f"{notebook.name}.ipynb"
    pour(panel.address, 100)
    expect(panel.button(re.compile("^#"))).to_have_count(12)
    notebook.save()
    before, size = notebook.page.evaluate(elements), path.stat().st_size
    pour(panel.address, 10_000)
    said = panel.shown.locator(".tools:visible")
    expect(said).to_contain_text(re.compile("10,1[0-9]{2} requests, the last 1,000 are kept"))
    notebook.page.wait_for_function(f"before => {elements} === before", arg=before)
    panel.tab("Log")
    expect(panel.shown.locator(".line")).to_have_count(100)
    notebook.run(notebook.find("lab.server"))
    notebook.save()
    assert path.stat().st_size < size + 1000


def test_a_file_is_sent_a_stream_followed_and_a_socket_talked_on(prepared, picture):
    """A file is chosen and sent, events appear while more are to come, and a socket answers."""
    panel = opened(prepared, MEDIA)
    panel.choose("POST", "/weigh")
    file = {"name": "seven.png", "mimeType": "image/png", "buffer": b"\x89PNG"}
    with panel.notebook.page.expect_file_chooser() as chooser:
        panel.button("choose a file").click()
    chooser.value.set_files([file])
    expect(panel.shown.locator("[data-form=curl]")).to_contain_text("seven.png")
    expect(panel.send()).to_contain_text('"bytes": 4')
    picture("file")
    panel.choose("GET", "/count")
    panel.button("Send").click()
    expect(panel.shown.locator(".answer .event").nth(3)).to_contain_text('{"number":')
    expect(panel.shown.locator(".answer")).to_contain_text("it goes on")
    picture("stream")
    panel.button("Leave").click()
    expect(panel.shown.locator(".answer")).to_contain_text("you have left it")
    panel.tab("Socket")
    panel.shown.get_by_placeholder("a message").fill("hello")
    panel.button("Send").click()
    expect(panel.shown.locator("[data-kind=came]")).to_contain_text("you said hello")
    picture("socket")
    assert panel.notebook.stderr() == []
