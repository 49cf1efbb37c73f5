# One worker.
# fails: gunicorn_conf
# says: 2 or more
# bind, workers, worker_class, timeout, graceful_timeout
bind = "0.0.0.0:8000"
workers = 1
worker_class = "uvicorn_worker.UvicornWorker"
timeout = 30
graceful_timeout = 10
