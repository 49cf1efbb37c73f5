"""A replica of the checks, beside the live server in one process."""

import socket

from fastapi import FastAPI
from support.live import get, until

from labkit.companions.replica import Replica


def test_the_live_server_logs_its_requests_beside_a_replica(server):
    """Both are uvicorn in one process: what the one sets for its loggers, the other has as well."""
    made = FastAPI()

    @made.get("/ours")
    def ours():
        return 1

    with Replica(socket.create_server(("127.0.0.1", 0))):
        server.serve(made)
        get(server, "/ours")
        until(lambda: "GET /ours HTTP" in str(server.log), seconds=300)
