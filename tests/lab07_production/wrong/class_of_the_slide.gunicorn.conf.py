# The class of the slide, which has moved.
# fails: gunicorn_conf
# says: uvicorn
# bind, workers, worker_class, timeout, graceful_timeout
bind = "0.0.0.0:8000"
workers = 2
worker_class = "uvicorn.workers.UvicornWorker"
timeout = 30
graceful_timeout = 10
