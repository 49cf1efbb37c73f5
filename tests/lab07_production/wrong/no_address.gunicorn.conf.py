# No address, so 127.0.0.1, in the container as well.
# fails: gunicorn_conf, dockerfile
# says: bind in gunicorn.conf.py
# bind, workers, worker_class, timeout, graceful_timeout
workers = 2
worker_class = "uvicorn_worker.UvicornWorker"
timeout = 30
graceful_timeout = 10
