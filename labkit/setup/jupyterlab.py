"""Opens JupyterLab on the workbook: `labkit lab`, or `python -m labkit.setup.jupyterlab`, which `make lab` runs."""

import os
import socket
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
from jupyter_server.serverapp import list_running_servers

from labkit.paths import HOME as ROOT

USUAL_PORT = 8888
AGAIN = "make lab PORT=" if (ROOT / "Makefile").exists() else "labkit lab --port "
"""How to choose another port; a labkit that was installed as a package comes without make."""


def taken(port: int) -> bool:
    """Whether another program listens on a port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def next_free(port: int) -> int:
    """The first free port after a taken one."""
    return next((candidate for candidate in range(port + 1, port + 100) if not taken(candidate)), 0)


def first_page(root: Path = ROOT) -> str:
    """What JupyterLab opens with: the first notebook."""
    notebooks = sorted(path.relative_to(root) for path in root.glob("notebooks/*.ipynb"))
    return f"/lab/tree/{notebooks[0].as_posix()}" if notebooks else "/lab"


def already_open(port: int | None, root: Path = ROOT) -> str | None:
    """The address of a JupyterLab that runs on this workbook already, on this port if one was asked for."""
    for server in list_running_servers():
        if Path(server["root_dir"]) == root and port in {None, server["port"]}:
            return f"{server['url'].rstrip('/')}{first_page(root)}?token={server['token']}"
    return None


def choose(port: int | None) -> int:
    """The port to use: the one that was asked for, or else the usual one or the next that is free."""
    if port is None and taken(USUAL_PORT):
        port = next_free(USUAL_PORT)
        typer.echo(f"Port {USUAL_PORT} is taken by another program, so JupyterLab uses {port}.")
    elif port is not None and taken(port):
        typer.echo(f"Port {port} is taken by another program. Stop that, or run:  {AGAIN}{next_free(port)}", err=True)
        raise typer.Exit(1)
    return port or USUAL_PORT


def command(port: int, browser: bool, root: Path = ROOT) -> list[str]:
    """The command that starts JupyterLab."""
    arguments = [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={root}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--LabApp.default_url={first_page(root)}",
    ]
    if not browser:
        arguments.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # Jupyter refuses root unless told; containers have no other user
        arguments.append("--allow-root")
    return arguments


def main(
    port: Annotated[int | None, typer.Option(help="The port to use and no other.")] = None,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Open JupyterLab on the workbook."""
    run(port, browser)


def run(port: int | None, browser: bool, root: Path = ROOT) -> None:
    """Become a JupyterLab on a workbook, unless there is one; then say where it is."""
    address = already_open(port, root)
    if address:
        typer.echo(f"JupyterLab is open on this workbook already:\n  {address}")
        if browser:
            webbrowser.open(address)
        return
    started = command(choose(port), browser, root)
    # Settings of ours: the first screen is the lab, without a question about news or a look for updates elsewhere.
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(
        filter(None, [str(ROOT / "labkit" / "setup" / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH")])
    )
    os.execv(started[0], started)


if __name__ == "__main__":
    typer.run(main)
