"""A companion of a notebook: it answers while the kernel runs, and nothing outlives the kernel, however that ends."""

import os
import signal
import subprocess
import sys
import textwrap

import httpx
import psutil
import pytest
from support.live import until

from labkit.companions.process import Process

STORE = "labkit.labs.lab08_concurrency.feature_store"
KERNEL = f"""
    import multiprocessing, sys, time
    from concurrent.futures import ProcessPoolExecutor
    from labkit.companions.process import Process

    if __name__ == "__main__":
        store = Process({STORE!r}, "UPSTREAM_URL")
        pool = ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(sys.argv[1]))
        list(pool.map(abs, [1, 2]))
        time.sleep(2)  # its children are looked at once a second
        print("ready", flush=True)
        time.sleep(600)
"""


def test_it_answers_until_it_is_stopped(monkeypatch):
    """The variable has the address as long as it runs; it says so, and that it has ended."""
    monkeypatch.setenv("UPSTREAM_URL", "")
    store = Process(STORE, "UPSTREAM_URL")
    assert os.environ["UPSTREAM_URL"] == store.url
    assert httpx.get(f"{store.url}/features/age", timeout=300).json() == {"name": "age", "value": 10}
    assert httpx.get(f"{store.url}/features/nobody", timeout=300).status_code == 404
    assert httpx.get(f"{store.url}/seen", timeout=300).json() == {"connections": 3, "calls": 3}
    assert repr(store) == f"feature_store on {store.url}"
    store.stop()
    assert not store.running
    assert "restart the kernel" in repr(store)


@pytest.mark.program
@pytest.mark.parametrize("context", ["spawn", "fork"])
@pytest.mark.skipif(os.name != "posix", reason="A process is killed as Linux and macOS do it.")
def test_nothing_outlives_a_kernel_that_is_killed(context, tmp_path):
    """When the kernel is killed, its companion ends, and with it the processes of a pool."""
    program = tmp_path / "kernel.py"
    program.write_text(textwrap.dedent(KERNEL), encoding="utf-8")
    kernel = subprocess.Popen([sys.executable, str(program), context], stdout=subprocess.PIPE, start_new_session=True)
    with kernel:
        assert kernel.stdout.readline() == b"ready\n"
        below = psutil.Process(kernel.pid).children(recursive=True)
        assert len(below) >= 3
        os.kill(kernel.pid, signal.SIGKILL)
    until(lambda: not any(process.is_running() and process.status() != "zombie" for process in below))
