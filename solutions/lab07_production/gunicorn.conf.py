# bind, workers, worker_class, timeout, graceful_timeout
# BEGIN SOLUTION
bind = "0.0.0.0:8000"
workers = 2
worker_class = "uvicorn_worker.UvicornWorker"
timeout = 30
graceful_timeout = 10
# END SOLUTION
