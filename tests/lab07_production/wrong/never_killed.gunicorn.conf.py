# A worker that hangs is never killed.
# fails: gunicorn_conf
# says: more than 0
# bind, workers, worker_class, timeout, graceful_timeout
bind = "0.0.0.0:8000"
workers = 2
worker_class = "uvicorn_worker.UvicornWorker"
timeout = 0
graceful_timeout = 10
