# As many workers as the machine has processors, and the class itself.
import multiprocessing

from uvicorn_worker import UvicornWorker

wsgi_app = "lab07_production:app"
bind = ":8000"
workers = multiprocessing.cpu_count() * 2 + 1
worker_class = UvicornWorker
timeout = 60
graceful_timeout = 20
keepalive = 5
