# Numbers from the environment, several addresses, hooks.
# second: gunicorn_conf
import os

bind = [f"0.0.0.0:{os.environ.get('PORT', '8000')}", "[::]:8001"]
workers = int(os.environ.get("WEB_CONCURRENCY", "3"))
worker_class = "uvicorn_worker.UvicornH11Worker"
timeout = 45
graceful_timeout = timeout - 5
accesslog = "-"
max_requests = 10_000


def on_starting(server):
    server.log.info("starting")


def post_fork(server, worker):
    worker.log.info("worker %s", worker.pid)
