"""What several checks expect of a server that is watched from outside: probes, headers, log lines, metrics.

Each function looks at one thing, returns what it has seen, and raises a Mismatch where that is not as it should be.
The requests go to routes that the lab gives: `/models/{model_id}`, `/predict` and `/fragile`.
"""

BROKEN = "/fragile?divide_by=0"
"""What raises in the server, and is answered with 500."""
MISSED = (("GET", "/nowhere"), ("GET", "/models/none"), ("DELETE", "/fragile"), ("GET", "/fragile"))
"""Requests that are answered with 404, 404, 405 and 422."""
