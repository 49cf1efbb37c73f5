"""A real Valkey as a companion: it can be frozen, killed and started again, and ends with whoever has started it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import textwrap

import psutil
import pytest
import redis
from support.live import until

from labkit.companions.valkey import MOST, NoValkey, Valkey

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="There is no Valkey for Windows.")

HOLDER = """
    import time
    from labkit.companions.valkey import Valkey

    store = Valkey(network=True)
    store.start()
    print(store._process.pid, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("network", [True, False], ids=["port", "socket"])
def test_it_is_empty_again_when_it_was_killed(network):
    """What it keeps is there until it is killed; started again it has the same address, and nothing else."""
    with Valkey(network=network) as store:
        url = store.url
        store.client().set("key", "value")
        assert store.client().get("key") == b"value"
        store.kill()
        with pytest.raises(redis.ConnectionError):
            store.client().ping()
        assert "does not run" in repr(store)
        store.start()
        assert (store.url, store.client().get("key")) == (url, None)
    assert not store.running


def test_a_frozen_one_accepts_and_says_nothing():
    """Frozen, it takes connections and does not answer; thawed, it goes on."""
    with Valkey(network=True) as store:
        store.freeze()
        with pytest.raises(redis.TimeoutError):
            redis.Redis.from_url(store.url, socket_timeout=0.3).ping()
        store.thaw()
        assert store.client().ping()


@pytest.mark.parametrize(
    "command", ["CONFIG SET dir /tmp", "SAVE", "MIGRATE 127.0.0.1 1 key 0 1", "SHUTDOWN", "ACL LIST"]
)
def test_strangers_reach_nothing_beyond_it(command):
    """Nobody who asks it may change its settings, write a file, or have it ask another server."""
    with Valkey() as store, pytest.raises(redis.ResponseError):
        store.client().execute_command(*command.split())


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux holds a program to an amount of memory.")
def test_a_script_that_takes_memory_has_no_more_than_there_is():
    """Where a stranger's scripts want more memory than there is they fail, or end the store, which can be started."""
    with Valkey() as store:
        said, taken = [], [0]
        for _ in range(3):
            with (
                redis.Redis.from_url(store.url, socket_timeout=300) as stranger,
                pytest.raises(redis.RedisError) as raised,
            ):
                stranger.eval("local t = {} for i = 1, 3000 do t[i] = string.rep(tostring(i), 50000) end", 0)
            said.append(str(raised.value))
            with contextlib.suppress(psutil.NoSuchProcess):
                taken.append(psutil.Process(store._process.pid).memory_info().rss)
        assert "not enough memory" in said[0]
        assert max(taken) < MOST
        store.kill()
        store.start()
        assert store.client().ping()


def endless(path, told):
    """Say something to a store, and go on for 400 MB; return whether one is cut off."""
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(str(path))
        try:
            for part in (told, *[b"x" * 1_000_000] * 400):
                stranger.sendall(part)
        except OSError:
            return True
    return False


def test_requests_that_never_end_take_little_memory():
    """Strangers who send endless values, or do not end what they send, are cut off, and the store goes on."""
    with Valkey() as store:
        pid = store._process.pid
        for told in (b"*2\r\n$4\r\nECHO\r\n$400000000\r\n", b"*100\r\n" + b"$4\r\nECHO\r\n" * 99, b"ECHO "):
            assert endless(store.path, told)
        assert store.client().ping()
        assert psutil.Process(pid).memory_info().rss < MOST / 2


@pytest.mark.program
def test_it_ends_with_a_process_that_is_killed(tmp_path):
    """Whoever has started it may be killed: it is not left behind."""
    program = tmp_path / "holder.py"
    program.write_text(textwrap.dedent(HOLDER), encoding="utf-8")
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE) as holder:
        store = psutil.Process(int(holder.stdout.readline()))
        assert "valkey" in store.name()
        os.kill(holder.pid, signal.SIGKILL)
    until(lambda: not store.is_running() or store.status() == "zombie")


def test_where_there_is_none_it_says_so(monkeypatch):
    """On a platform that has none, the message says which that is."""
    monkeypatch.setattr("platform.system", lambda: "Windows")
    with pytest.raises(NoValkey, match="no Valkey for this platform"):
        Valkey().start()
