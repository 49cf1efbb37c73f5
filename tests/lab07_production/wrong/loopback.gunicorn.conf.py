# 127.0.0.1, which the Dockerfile takes over.
# fails: dockerfile
# says: 127.0.0.1 is the container itself
# bind, workers, worker_class, timeout, graceful_timeout
bind = "127.0.0.1:8000"
workers = 2
worker_class = "uvicorn_worker.UvicornWorker"
timeout = 30
graceful_timeout = 10
