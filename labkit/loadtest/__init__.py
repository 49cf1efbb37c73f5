"""A load that tells the truth: many requests to the live server, sent from another process.

    result = lab.load("GET", "/items?limit=5", users=20, seconds=10)
    result.throughput, result.p95

| File | What it is |
| --- | --- |
| `generator.py` | the other process: users that send, on locust |
| `driving.py` | starts it, listens to it, and ends it |
| `numbers.py` | what has come back so far, and what that comes to |
| `result.py` | the same as a picture and as text |
| `histogram.py` | times, counted so that any percentile of all of them can be told |
"""
