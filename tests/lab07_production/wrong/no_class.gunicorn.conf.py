# Workers for WSGI, the default, which cannot run an ASGI app.
# fails: gunicorn_conf
# says: sync, the default
# bind, workers, worker_class, timeout, graceful_timeout
bind = "0.0.0.0:8000"
workers = 2
timeout = 30
graceful_timeout = 10
