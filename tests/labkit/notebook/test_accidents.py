"""What happens to notebooks by accident, in real kernels: the server answers again, or one line says what to do."""

import re
import signal
import threading

import psutil
import pytest
from support.kernels import OPEN, ROOT, SETUP, running
from support.live import until

pytestmark = pytest.mark.kernel

ASKS = "lab.client.get('/').json()"
ANSWER = "{'message': 'Hello World'}"
BROKEN_OFF = "GET / did not come back, and was broken off."
CORRECT = "correct, 1 of 1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("accidents")


@pytest.fixture(scope="module")
def kernel(folder):
    with running(folder) as kernel:
        yield kernel


@pytest.fixture
def solved(kernel):
    """The lab opened, with one exercise solved; the text of its last cell."""
    for cell in (OPEN, SETUP):
        kernel.run(cell)
    return kernel.run(ROOT).text


def process(kernel):
    return psutil.Process(kernel.manager.provisioner.pid)


def test_cells_out_of_order_say_which_to_run_first(tmp_path):
    """A check before its section is not attempted, a section before the first names that one; then all is served."""
    with running(tmp_path) as kernel:
        kernel.run(OPEN)
        assert "not attempted" in kernel.run("lab.check('root')").text
        said = kernel.run(ROOT).text
        assert "it has no section setup: run the first %%section cell" in said
        assert "serving on" in kernel.run(SETUP).text
        assert CORRECT in kernel.run("lab.check('root')").text


def test_cells_run_twice_change_nothing(kernel, solved):
    """The same cells once more give the same server, on the same port, and the same verdict."""
    for cell in (OPEN, SETUP, SETUP, ROOT):
        kernel.run(cell)
    assert kernel.run(ROOT).text == solved
    assert CORRECT in kernel.run("lab.check('root')").text


@pytest.mark.parametrize("how", ["def", "async def"])
def test_cells_run_while_a_request_hangs(kernel, solved, how):
    """A request that never comes back stops no section, no check and no other request."""
    hangs = f"%%section root\n@app.get('/')\n{how} read_root():\n    while True: pass"
    kernel.run(hangs)
    kernel.run("import threading, httpx\nasks = lambda: httpx.get(lab.server.url, timeout=60)")
    kernel.run("threading.Thread(target=asks, daemon=True).start()")
    until(lambda: kernel.run("any(not trace.ended for trace in lab.server.traces)").results == ["True"])
    assert kernel.run(ROOT).text == solved
    assert kernel.run(ASKS).results == [ANSWER]
    assert CORRECT in kernel.run("lab.check('root')").text


def test_the_panel_goes_on_while_a_cell_runs(kernel, solved):
    """Traffic shows a request while the cell that sent it is still running, in the browser as well."""
    kernel.run("import time\npanel = lab.panel()\ndisplay(panel)\npanel.shown.tab.selected_index = 3")
    kernel.run("requests = panel.shown.tabs[3].summary")
    asks = "before = requests.value\nlab.client.get('/')"
    cell = kernel.run(f"{asks}\nwhile requests.value == before: time.sleep(0.05)")
    assert cell.error == ""
    assert cell.moved


@pytest.mark.parametrize("how", ["def", "async def"])
def test_an_interrupt_ends_a_request_that_hangs(kernel, folder, solved, how):
    """The stop button ends a cell that waits for the server without a limit, and the next section is served."""
    begun = folder / "begun"
    begun.unlink(missing_ok=True)
    body = f"    open({str(begun)!r}, 'w').close()\n    while True: pass"
    kernel.run(f"%%section root\n@app.get('/')\n{how} read_root():\n{body}")
    kernel.begin("lab.client.get('/', timeout=None)")
    until(begun.exists)
    kernel.manager.interrupt_kernel()
    assert kernel.end().error.startswith("KeyboardInterrupt")
    assert kernel.run(ROOT).text == solved
    assert kernel.run(ASKS).results == [ANSWER]
    until(lambda: BROKEN_OFF in kernel.run("lab.server.log(2000)").text)
    assert "BrokenOff" not in kernel.run("lab.server.log(2000)").text


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="processes cannot be stopped here")
@pytest.mark.parametrize(
    "cell", ["import time; time.sleep(0.2)", "lab.check('root')", ROOT], ids=["idle", "check", "section"]
)
def test_a_laptop_that_slept_goes_on(kernel, solved, cell):
    """A kernel that was stopped in the middle and woken up long after answers, on the same port."""
    port = re.search(r"127\.0\.0\.1:(\d+)", solved)[0]
    kernel.begin(cell)
    process(kernel).suspend()
    wake = threading.Timer(6, process(kernel).resume)  # longer than one request may take
    wake.start()
    kernel.end()
    wake.join()
    assert kernel.run(ASKS).results == [ANSWER]
    assert CORRECT in kernel.run("lab.check('root')").text
    assert port in kernel.run("lab.server").text


def test_a_kernel_that_died_is_replaced(folder, kernel, solved):
    """A kernel that is killed leaves the file as it was; a new one serves it on the same port, run from the top."""
    process(kernel).kill()
    kernel.manager.provisioner.process.wait()
    kernel.restart()
    kernel.run(OPEN)
    assert kernel.run(ASKS).results == [ANSWER]
    assert kernel.run(ROOT).text == solved


def test_two_notebooks_on_the_same_lab_are_told(folder, kernel, solved):
    """The second kernel serves on a port of its own and says in one line who else is there, until that has ended."""
    kernel.run(ROOT)
    other = f"another notebook has this lab open (process {process(kernel).pid}): shut one of the two kernels down"
    with running(folder) as second:
        assert other in second.run(f"{OPEN}\nlab").text
        said = second.run(ROOT).text
        assert f"note      {other}\n" in said
        assert second.run(ASKS).results == [ANSWER] == kernel.run(ASKS).results
        assert said.splitlines()[-1] != solved.splitlines()[-1]
        assert other in second.run("lab.check('root')").text
        assert "another notebook" not in kernel.run(ROOT).text
        kernel.restart()
        assert "another notebook" not in second.run(ROOT).text
        assert "another notebook" in kernel.run(f"{OPEN}\nlab").text
