"""What arrives behind nginx, as a notebook shows it."""

import pytest

from labkit.labs.lab13_scale.echo import arrived

pytestmark = pytest.mark.program

SERVER = "server {{ listen ${{LISTEN}}; {} }}"


def test_what_has_arrived_is_shown():
    """The upstream that was asked, path and query, and the headers as nginx has passed them on."""
    inside = "location /session/ { proxy_set_header X-Oven hot; proxy_pass http://sticky; }"
    claims = {"Host": "iris.example", "X-Forwarded-For": "6.6.6.6"}
    said = arrived(SERVER.format(inside), "/session/7?a=1", claims).splitlines()
    assert said[0] == "GET /session/7?a=1 came to sticky, with"
    assert {tuple(line.split()) for line in said} >= {
        ("host", "sticky"),
        ("x-forwarded-for", "6.6.6.6"),
        ("x-oven", "hot"),
    }
    assert arrived(SERVER.format(inside), "/elsewhere", {}) == "nginx has answered 404 by itself"


def test_a_template_that_nginx_does_not_take_is_told():
    """It is told in nginx's words, with what to try, and nothing is sent."""
    said = arrived(SERVER.format("location / { proxy_pass api; }"), "/", {})
    assert said.startswith("nginx: invalid URL prefix, line 1 of server.conf.template\n")
    assert "http:// and the name" in said
    assert arrived("# A server on ${LISTEN}", "/", {}) == "no server listens on ${LISTEN} yet"
