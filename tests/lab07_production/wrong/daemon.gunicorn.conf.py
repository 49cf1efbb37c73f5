# It goes into the background, where a container's life ends.
# fails: gunicorn_conf
# says: a server that starts
# bind, workers, worker_class, timeout, graceful_timeout
bind = "0.0.0.0:8000"
workers = 2
daemon = True
worker_class = "uvicorn_worker.UvicornWorker"
timeout = 30
graceful_timeout = 10
