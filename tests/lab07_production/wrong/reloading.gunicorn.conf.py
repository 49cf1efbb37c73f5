# It watches the code.
# fails: gunicorn_conf
# says: reload in gunicorn.conf.py
# bind, workers, worker_class, timeout, graceful_timeout
bind = "0.0.0.0:8000"
workers = 2
reload = True
worker_class = "uvicorn_worker.UvicornWorker"
timeout = 30
graceful_timeout = 10
