# A number in words.
# fails: gunicorn_conf, dockerfile
# says: a server that starts
# bind, workers, worker_class, timeout, graceful_timeout
bind = "0.0.0.0:8000"
workers = "two"
worker_class = "uvicorn_worker.UvicornWorker"
timeout = 30
graceful_timeout = 10
