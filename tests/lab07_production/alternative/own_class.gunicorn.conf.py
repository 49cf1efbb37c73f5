# A class of the student's own that is made from the right one.
from uvicorn_worker import UvicornWorker


class Worker(UvicornWorker):
    CONFIG_KWARGS = {"loop": "asyncio", "http": "h11", "server_header": False}


bind = "0.0.0.0:8000"
workers = 2
worker_class = Worker
timeout = 30
graceful_timeout = 30
preload_app = False
