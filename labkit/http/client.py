"""The client that checks and notebooks send requests with."""

from __future__ import annotations

import logging

import httpx

from labkit.http.body import ACCEPTED


def connect(base_url: str, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """Return the httpx client that checks are run with: no kept connections, no proxies from the environment."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a module may have told this process to log everything
    limits = httpx.Limits(max_keepalive_connections=0)
    transport = transport or httpx.HTTPTransport(limits=limits)
    return httpx.Client(base_url=base_url, headers={"Accept-Encoding": ACCEPTED}, transport=transport, trust_env=False)
