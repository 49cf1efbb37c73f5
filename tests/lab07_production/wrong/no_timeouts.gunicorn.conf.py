# Nobody says how long anything may take.
# fails: gunicorn_conf
# says: timeout in gunicorn.conf.py
# bind, workers, worker_class, timeout, graceful_timeout
bind = "0.0.0.0:8000"
workers = 2
worker_class = "uvicorn_worker.UvicornWorker"
