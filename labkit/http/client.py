"""The client that checks and notebooks send requests with."""

from __future__ import annotations

import logging

import httpx


def connect(base_url: str, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """Return the httpx client that checks are run with: no kept connections, no proxies from the environment."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a module may have told this process to log everything
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(base_url=base_url, transport=transport or httpx.HTTPTransport(limits=limits), trust_env=False)
