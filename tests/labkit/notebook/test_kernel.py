"""A lab in a kernel that is interrupted, restarted and shut down: nothing is left behind, and it can go on."""

import re

import psutil
import pytest
from support.kernels import OPEN, ROOT, SETUP, running
from support.live import refused, until

pytestmark = pytest.mark.kernel

HANGS = "%%section root\nimport time\n@app.get('/')\ndef read_root():\n    {body}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kernel")


@pytest.fixture(scope="module")
def kernel(folder):
    with running(folder) as kernel:
        yield kernel


@pytest.fixture
def port(kernel):
    """The lab opened, if it is not yet, with one exercise solved; the port it serves on."""
    kernel.run(OPEN)
    kernel.run(SETUP)
    return int(re.search(r"127\.0\.0\.1:(\d+)", kernel.run(ROOT).text)[1])


def process(kernel):
    return psutil.Process(kernel.manager.provisioner.pid)


@pytest.mark.parametrize(
    ("section", "cell"),
    [
        ("", "%%section root\n{begun}\nwhile True: pass"),
        (
            "",
            "%%section setup\nimport anyio\nfrom fastapi import FastAPI\nasync def life(app):\n    {begun}\n"
            "    await anyio.sleep(60)\n    yield\napp = FastAPI(lifespan=life)",
        ),
        (HANGS.format(body="{begun}\n    while True: pass"), "lab.check('root')"),
    ],
    ids=["import", "start", "check"],
)
def test_an_interrupt_gives_the_notebook_back(kernel, folder, port, section, cell):
    """The stop button ends an import, a start or a check that hangs; mended, the section is served on the same port."""
    begun = folder / "begun"
    begun.unlink(missing_ok=True)
    code = f"open({str(begun)!r}, 'w').close()"
    kernel.run(section.replace("{begun}", code) or SETUP)
    kernel.begin(cell.replace("{begun}", code))
    until(begun.exists)
    kernel.manager.interrupt_kernel()
    ended = kernel.end().error
    assert "Interrupt" in ended
    assert ("has no verdict" in ended) == ("lab.check" in cell)
    kernel.run(SETUP)
    assert f":{port}" in kernel.run(ROOT).text
    assert "correct, 1 of 1" in kernel.run("lab.check('root')").text


def test_a_restart_frees_the_port_and_takes_it_again(kernel, port):
    """After a restart nothing listens, even with a request that hangs; opened again, the lab has the same port."""
    kernel.run(HANGS.format(body="while True: pass"))
    kernel.run("try: lab.client.get('/', timeout=0.2)\nexcept Exception: pass")
    kernel.restart()
    assert refused(port)
    kernel.run(OPEN)
    assert f"serving on http://127.0.0.1:{port}" in kernel.run(SETUP).text


def test_stop_leaves_no_thread_and_no_port(kernel, port):
    """After lab.server.stop() the kernel has no thread of the server and no socket that listens."""
    kernel.run("lab.server.stop()")
    names = kernel.run("import threading; [thread.name for thread in threading.enumerate()]").results[0]
    assert "labkit-server" not in names
    assert refused(port)
    assert not [c for c in process(kernel).net_connections() if c.laddr.port == port and c.status == psutil.CONN_LISTEN]


@pytest.mark.parametrize("body", ["while True: pass", "time.sleep(600)"])
def test_a_shutdown_leaves_no_process(tmp_path, body):
    """A kernel that is shut down while requests hang ends by itself, and nothing listens on its port."""
    with running(tmp_path) as kernel:
        kernel.run(OPEN)
        kernel.run(SETUP)
        port = int(re.search(r"127\.0\.0\.1:(\d+)", kernel.run(HANGS.format(body=body)).text)[1])
        kernel.run("try: lab.client.get('/', timeout=0.2)\nexcept Exception: pass")
        alive = process(kernel)
        kernel.client.shutdown()
        until(lambda: not alive.is_running() or alive.status() == psutil.STATUS_ZOMBIE)
        assert refused(port)
