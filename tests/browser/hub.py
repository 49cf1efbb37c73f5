"""A real JupyterHub on this machine, on which each user has a workbook and a JupyterLab of their own."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from labkit.setup.jupyterlab import next_free

from .workbench_copy import REPOSITORY, SECONDS, copy

PASSWORD = "sesame"
PAGE = REPOSITORY / "docs" / "jupyterhub.md"
"""The page that instructors read: its configuration is the one that is tried here."""
_CONFIG = """
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allowed_users = {users!r}
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.Spawner.args = ["--LabApp.expose_app_in_browser=True", *{root!r}]
c.Spawner.ip = "127.0.0.1"
c.Spawner.start_timeout = c.Spawner.http_timeout = {start}
"""


def written(classroom: str, **places: str) -> str:
    """The configuration as the page has it, with other places: that is all that differs on this machine."""
    text, of_a_class = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[:2]
    setting, _, _ = of_a_class.partition("=")
    assert "LABKIT_CLASS" in setting, f"{PAGE.name} does not say how a class is set"
    text += f"{setting}= {classroom!r}\n"
    for name, place in places.items():
        text, times = re.subn(rf"^{name} = .*$", lambda _, line=f"{name} = {place!r}": line, text, flags=re.MULTILINE)
        assert times == 1, f"{PAGE.name} does not say where {name} is"
    return text


@dataclass(frozen=True)
class User:
    """Somebody who has an account on the hub, and a browser."""

    name: str
    hub: str

    @property
    def url(self) -> str:
        return f"{self.hub}/user/{self.name}"

    def page(self, notebook: str) -> str:
        """The address of a notebook of this user's."""
        return f"{self.url}/lab/tree/notebooks/{notebook}.ipynb?reset"

    def sign_in(self, page: Page) -> None:
        """Sign in, and wait until the user's JupyterLab is there."""
        page.goto(f"{self.hub}/hub/login")
        page.get_by_label("Username").fill(self.name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**/user/{self.name}/lab**")


def proxy() -> str:
    """The path of the hub's proxy, a program of Node's; where it does not run these tests are skipped, and say why."""
    found = shutil.which(os.environ.get("CONFIGURABLE_HTTP_PROXY") or "configurable-http-proxy")
    runs = found and subprocess.run([found, "--version"], env=_node(), capture_output=True, check=False).returncode == 0
    if not found or not runs:
        pytest.skip(
            "configurable-http-proxy does not run here, so no lab was tried on a JupyterHub. Install it "
            "(Debian, Ubuntu: apt install node-configurable-http-proxy; elsewhere: npm install -g "
            "configurable-http-proxy)."
        )
    return found


def _node() -> dict[str, str]:
    """The environment, in which a Node that is not Debian's finds the modules of Debian's packages as well."""
    return os.environ | {"NODE_PATH": os.pathsep.join(filter(None, [os.environ.get("NODE_PATH"), "/usr/share/nodejs"]))}


@contextlib.contextmanager
def jupyterhub(place: Path, *names: str, classroom: str) -> Iterator[dict[str, User]]:
    """Run a hub with these users, each with a copy of the workbook as their home, all of them in a class."""
    program, homes = proxy(), str(place / "homes" / "{username}")
    for name in names:
        copy(Path(homes.format(username=name)))
    port = next_free(29000)
    hub = next_free(port)
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    values = {
        "port": port,
        "hub": hub,
        "api": next_free(hub),
        "proxy": program,
        "homes": homes,
        "root": root,
        "start": SECONDS,
    }
    values |= {"password": PASSWORD, "users": set(names)}
    address = f"http://127.0.0.1:{port}"
    places = {"WORKBOOK": str(REPOSITORY), "PYTHON": sys.executable, "HOME": homes, "HUB": address}
    (place / "jupyterhub_config.py").write_text(written(classroom, **places) + _CONFIG.format(**values))
    kept = {name: value for name, value in _node().items() if not name.startswith(("JUPYTER", "NBGRADER", "PYTEST"))}
    with (place / "hub.log").open("w") as output:
        running = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "--config", "jupyterhub_config.py"],
            cwd=place,
            env=kept | {"HOME": str(place), "CONFIGPROXY_AUTH_TOKEN": os.urandom(16).hex()},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            _wait(running, address, place / "hub.log")
            yield {name: User(name, address) for name in names}
        finally:
            running.send_signal(signal.SIGTERM)  # it ends its proxy and the users' servers
            try:
                running.wait(SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait(20)


def _wait(running: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and running.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{address}/hub/health", timeout=SECONDS, trust_env=False).status_code == 200:
                return
        time.sleep(0.2)
    raise AssertionError(f"JupyterHub did not start:\n{log.read_text()}")
