"""The live panel: its text, its forms, its lists, without a browser."""

import re
import subprocess
import sys
import threading
from datetime import UTC, datetime

import nbformat
import pytest
from fastapi import FastAPI, UploadFile, WebSocket
from fastapi.sse import EventSourceResponse, ServerSentEvent
from nbconvert import HTMLExporter
from support.kernels import OPEN, SETUP, running
from support.live import GATE, get, pour, until, with_problem_documents

from labkit.live import log as logs
from labkit.live.tracing import KEPT
from labkit.panel import Panel
from labkit.panel.response import pretty
from labkit.panel.traffic import ROWS

ROOT = "%%section root\n@app.get('/')\ndef read_root():\n    return 1"
WIDGET = "application/vnd.jupyter.widget-view+json"


def application():
    made = FastAPI()

    @made.get("/items/{item_id}")
    def read(item_id: int, q: str = "lamp"):
        print("reading", item_id)
        return {"item_id": item_id, "q": q}

    @made.get("/wait")
    def wait():
        GATE.wait()

    return made


@pytest.fixture
def panel(server):
    """The panel of a server with two operations."""
    server.serve(application())
    panel = Panel("lab", server)
    yield panel
    panel.close()


@pytest.fixture
def shown(panel):
    """Its widgets, up to date."""
    panel.shown.tick()
    return panel.shown


def open_tab(shown, title):
    """Choose a tab, as a click does."""
    place = [tab.title for tab in shown.tabs].index(title)
    shown.tab.selected_index = place
    return shown.tabs[place]


def test_the_text_says_what_the_widgets_show(panel, server):
    """As plain text the panel names the address, the operations, the documentation, requests and the log."""
    logs.route_streams()
    get(server, "/items/7")
    text = str(panel)
    assert text.startswith(f"lab: serving on {server.url}\nexplore   GET /items/{{item_id}}\n          GET /wait\n")
    assert f"docs      {server.url}/docs" in text
    assert re.search(r"#1 .* GET     /items/7 +✓ 200 +[\d.]+ ms  httpx\n", text)
    assert "reading 7" in text
    server.stop()
    assert "not serving: it was stopped" in str(panel)


def test_an_app_without_a_document_has_no_forms(panel, server):
    """Where the schema is switched off, or the server hangs, the panel says so and everything else works."""
    server.serve(FastAPI(openapi_url=None))
    assert "the app has no OpenAPI document" in str(panel)
    hanging = application()
    hanging.openapi = lambda: GATE.wait(60)
    server.serve(hanging)
    assert "GET /openapi.json gives no document: TimeoutError" in str(panel)


def test_a_form_is_sent_and_a_refusal_marks_its_row(shown):
    """A 422 marks the rows that it names, the next answer takes the marks away, and an empty field is not sent."""
    explore = open_tab(shown, "Explore")
    row, other = explore.form.rows
    row.input.value = "seven"
    explore.ask().join(300)
    assert 'data-status="422"' in explore.answer.value
    assert "422 Unprocessable Content" in explore.answer.value
    assert ("refused" in row.widget._dom_classes, "refused" in other.widget._dom_classes) == (True, False)
    assert "valid integer" in row.note.value
    row.input.value = "7"
    explore.ask().join(300)
    assert "&quot;q&quot;: &quot;lamp&quot;" in explore.answer.value
    assert "refused" not in row.widget._dom_classes
    assert "curl -i http://127.0.0.1" in explore.take_along.value
    assert "/items/7" in explore.take_along.value


def test_a_problem_document_marks_its_row(shown, server):
    """A refusal in the form that lab 04 teaches marks the rows that it names as well."""
    server.serve(with_problem_documents(application()))
    shown.tick()
    explore = open_tab(shown, "Explore")
    row, other = explore.form.rows
    row.input.value = "seven"
    explore.ask().join(300)
    assert ("refused" in row.widget._dom_classes, "refused" in other.widget._dom_classes) == (True, False)
    assert "valid integer" in row.note.value


def test_a_request_that_hangs_holds_nothing(shown, server, monkeypatch):
    """While an answer is waited for everything else can be used; in the end it says that none came."""
    monkeypatch.setattr("labkit.panel.explore.SECONDS", 1.0)
    explore = open_tab(shown, "Explore")
    explore.operations.value = ("GET", "/wait")
    sending = explore.ask()
    assert explore.send.description == "Stop"
    until(lambda: any(trace.target == "/wait" for trace in server.traces))
    traffic = open_tab(shown, "Traffic")
    assert re.search(r"/wait +… open", traffic.rows[0].description)
    sending.join(300)
    assert "no answer within 1 s" in explore.answer.value
    assert explore.send.description == "Send"


def test_a_request_that_sleeps_is_stopped(shown, server):
    """While an answer is waited for the button stops that one request, and the server goes on."""
    explore = open_tab(shown, "Explore")
    explore.operations.value = ("GET", "/wait")
    sending = explore.ask()
    until(lambda: any(trace.target == "/wait" for trace in server.traces))
    explore.send.click()
    sending.join(300)
    assert "stopped: nobody waits for the answer any more" in explore.answer.value
    explore.operations.value = ("GET", "/items/{item_id}")
    explore.form.rows[0].input.value = "7"
    explore.ask().join(300)
    assert 'data-status="200"' in explore.answer.value


def test_what_was_typed_stays_when_the_code_changes(shown, server):
    """The forms follow what is served; a field that is still there keeps its text."""
    explore = open_tab(shown, "Explore")
    explore.form.rows[1].input.value = "chair"
    server.serve(application())
    shown.tick()
    assert [row.input.value for row in explore.form.rows] == ["0", "chair"]
    server.serve(FastAPI())
    shown.tick()
    assert explore.operations.options == ()


def test_markup_in_what_the_server_says_is_text(shown, server):
    """Whatever an app puts into names, bodies and its log is drawn as text."""
    bad = "<img src=x onerror=alert(1)>"
    app = FastAPI(title=bad)

    @app.get("/bad", summary=bad, description=bad)
    def read(name: str = bad):
        print(bad)
        return {bad: bad}

    server.serve(app)
    get(server, f"/bad?{bad}", headers={"User-Agent": bad})
    shown.tick()
    explore = open_tab(shown, "Explore")
    explore.ask().join(300)
    log, traffic = open_tab(shown, "Log"), open_tab(shown, "Traffic")
    traffic.choose(0)
    drawn = [explore.answer, explore.take_along, log.lines, traffic.xray, shown.status]
    assert "onerror" in explore.answer.value + log.lines.value
    assert not any("<img" in widget.value for widget in drawn)


def test_the_log_is_filtered_by_level_word_and_request(shown, server):
    """A line names its level and its request, and each of the two, or a word, chooses lines."""
    logs.route_streams()
    get(server, "/items/1")
    get(server, "/items/2")
    log = open_tab(shown, "Log")
    assert "#2 GET /items/1" in log.lines.value.replace("&#x27;", "")
    log.level.value = "printed"
    assert re.findall(r"reading \d", log.lines.value) == ["reading 1", "reading 2"]
    assert "Application startup" not in log.lines.value
    log.filter.value = "#3"
    assert re.findall(r"reading \d", log.lines.value) == ["reading 2"]
    log.level.value, log.filter.value = "INFO and above", "items/1"
    assert "reading" not in log.lines.value
    until(lambda: shown.tick() or "/items/1 HTTP" in log.lines.value)  # it is written after the answer


def test_more_requests_than_are_kept_are_twelve_rows(shown, server):
    """However many requests there were, a bounded number is kept, a page of them drawn, and the pages turn."""
    traffic = open_tab(shown, "Traffic")
    pour(server.url, 2 * KEPT)
    until(lambda: server.traces.count > 2 * KEPT and all(trace.ended for trace in server.traces))
    get(server, "/items/1")
    until(lambda: all(trace.ended for trace in server.traces))
    shown.tick()
    assert len(list(server.traces)) == KEPT
    assert len(traffic.rows) == ROWS
    newest = [row.description for row in traffic.rows]
    assert "/items/1" in newest[0]
    assert f"the last {KEPT:,} are kept" in traffic.summary.value
    traffic.older.click()
    assert not set(newest) & {row.description for row in traffic.rows}
    traffic.filter.value = "items 200"
    assert [row.description for row in traffic.rows if row.description] == newest[:1]


def test_a_click_holds_the_list_still(shown, server):
    """A row that was clicked stays with its neighbours and is X-rayed below them, until the list is let go."""
    for path in ("/items/4", "/items/3", "/items/2", "/items/foo", "/items/1", "/items/0"):
        get(server, path)
    traffic = open_tab(shown, "Traffic")
    assert drawn(traffic) == ["/items/0", "/items/1", "/items/foo", "/items/2", "/items/3", "/items/4"]
    traffic.rows[2].click()
    assert 'data-step="validate" data-stopped' in traffic.xray.value
    assert '<div class="step correct" data-step="listen">' in traffic.xray.value
    get(server, "/items/5")
    shown.tick()
    assert drawn(traffic) == ["/items/1", "/items/foo", "/items/2", "/items/3"]
    traffic.pause.on = False
    assert drawn(traffic)[0] == "/items/5"
    assert len(drawn(traffic)) == 7
    assert traffic.xray.value == ""


def drawn(traffic):
    """The paths of the items in the rows that can be seen."""
    paths = [row.description.split()[3] for row in traffic.rows if "request" in row._dom_classes]
    return [path for path in paths if path.startswith("/items")]


def test_nothing_is_sent_to_the_browser_when_nothing_is_new(shown, monkeypatch):
    """A panel that has nothing to say is silent, and only the tab that is seen is kept up to date."""
    sent = []
    for tab in shown.tabs:
        open_tab(shown, tab.title)
        shown.tick()
    import ipywidgets

    monkeypatch.setattr(ipywidgets.Widget, "send_state", lambda widget, key=None: sent.append(key))
    for _ in range(3):
        shown.tick()
    assert sent == []


def test_the_panel_ends_with_its_kernel(panel):
    """A panel that is closed stops looking."""
    panel.shown.tick()
    panel.close()
    until(lambda: "labkit-panel" not in {thread.name for thread in threading.enumerate()})


def test_a_short_part_of_a_body_stands_in_one_line():
    """A body is readable at a glance: what fits in a line is not torn apart."""
    body = {"detail": [{"loc": ["query", "top"], "msg": "Input should be a valid integer, unable to parse string"}]}
    assert pretty(body).splitlines()[3:5] == [
        '      "loc": ["query", "top"],',
        '      "msg": "Input should be a valid integer, unable to parse string"',
    ]


@pytest.mark.kernel
def test_without_widgets_the_text_is_shown(tmp_path):
    """A notebook keeps the text beside the widget, and a page made of it, or a terminal, shows the text."""
    with running(tmp_path) as kernel:
        for cell in (OPEN, SETUP, ROOT):
            kernel.run(cell)
        shown = kernel.run("display(lab.panel())").shown[0]
        assert set(shown) == {"text/plain", WIDGET}
        text = shown["text/plain"]
    output = nbformat.v4.new_output("display_data", data=shown)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("lab.panel()", outputs=[output])])
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert "GET /" in text
    assert "serving on" in page
    terminal = subprocess.run(
        [sys.executable, "-c", f"{OPEN}\nprint(lab.panel())\nlab.server.stop()"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert "explore   GET /" in terminal.stdout


@pytest.mark.kernel
def test_under_nbgrader_the_panel_is_text(tmp_path, monkeypatch):
    """A notebook that nbgrader executes gets no widgets, whose state would be kept in it."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    with running(tmp_path) as kernel:
        for cell in (OPEN, SETUP, ROOT):
            kernel.run(cell)
        assert set(kernel.run("display(lab.panel())").shown[0]) == {"text/plain"}


@pytest.fixture
def media(panel):
    """The panel's widgets, of a server that takes a file, streams, and talks."""
    made = FastAPI()

    @made.post("/file")
    def take(file: UploadFile):
        return [file.filename, file.content_type, len(file.file.read())]

    @made.get("/stream", response_class=EventSourceResponse)
    def stream():
        yield ServerSentEvent(data={"token": "a\nb"}, id="1")
        GATE.wait()
        yield ServerSentEvent(data="over", event="done")

    @made.websocket("/talk")
    async def talk(ws: WebSocket):
        if ws.headers.get("origin"):
            await ws.close()
            return
        await ws.accept()
        while (text := await ws.receive_text()) != "bye":
            await ws.send_text(f"you said {text}")
        await ws.close(1008)

    panel.server.serve(made)
    panel.shown.tick()
    return panel.shown


def test_a_file_is_chosen_and_sent(media):
    """A field for a file takes one; its name, type and bytes are sent, and the request can be taken along."""
    explore = media.tabs[0]
    explore.operations.value = ("POST", "/file")
    (row,) = explore.form.rows
    file = {
        "name": "a b.png",
        "type": "image/png",
        "size": 3,
        "content": memoryview(b"\x89PN"),
        "last_modified": datetime.now(UTC),
    }
    row.input.value = (file,)
    explore.ask().join()
    assert "a b.png" in explore.answer.value
    assert "image/png" in explore.answer.value
    assert "-F &#x27;file=@a b.png;type=image/png&#x27;" in explore.take_along.value
    assert "open(&#x27;a b.png&#x27;, &#x27;rb&#x27;)" in explore.take_along.value


def test_a_stream_is_shown_as_it_comes(media):
    """The first event of a stream is shown while the second is still to be made."""
    explore = media.tabs[0]
    explore.operations.value = ("GET", "/stream")
    sending = explore.ask()
    until(lambda: "1 events" in explore.answer.value)
    assert "it goes on" in explore.answer.value
    GATE.set()
    sending.join()
    assert "2 events" in explore.answer.value
    assert "<b>done</b>" in explore.answer.value
    assert explore.send.description == "Send"


def test_a_stream_that_is_silent_is_left(media):
    """Leaving ends a stream at once, also while nothing comes."""
    GATE.clear()
    explore = media.tabs[0]
    explore.operations.value = ("GET", "/stream")
    sending = explore.ask()
    until(lambda: "1 events" in explore.answer.value)
    explore.send.click()
    sending.join(300)
    assert not sending.is_alive()
    assert "you have left it" in explore.answer.value
    assert explore.send.description == "Send"


def test_a_socket_is_talked_on(media):
    """Messages go out and come in on one connection; its end, and a refusal, are told."""
    socket = open_tab(media, "Socket")
    assert socket.path.options == ("/talk",)
    socket.message.value = "hello"
    socket.say()
    until(lambda: "you said hello" in socket.lines.value)
    socket.message.value = "bye"
    socket.say()
    until(lambda: 'data-kind="closed"' in socket.lines.value)
    assert "1008" in socket.lines.value
    socket.origin.value = "https://elsewhere.example"
    socket.say()
    until(lambda: 'data-kind="refused"' in socket.lines.value)


def test_an_app_without_sockets_says_so(shown):
    """Where there is no WebSocket the tab says so."""
    assert "no WebSocket" in open_tab(shown, "Socket").widget.children[0].value
