"""How gunicorn serves the app: `gunicorn -c python:service.server.gunicorn_conf service.wsgi:app`.

gunicorn's own WEB_CONCURRENCY sets the number of workers.
"""

from service.server.metrics.files import on_exit, on_starting, post_fork, pre_fork  # noqa: F401 - gunicorn's hooks
from service.server.wsgi_settings import settings_or_exit
from service.shared.addresses import bracketed
from service.shared.settings import THREADS

settings = settings_or_exit()
bind = [settings.address]
if settings.metrics_port:
    bind.append(f"{bracketed(settings.metrics_host)}:{settings.metrics_port}")
# gunicorn's gthread, in which no client can hold a thread.
worker_class = "service.server.worker.Worker"
logger_class = "service.server.gunicorn_logger.Logger"
loglevel = settings.log_level
# A search of 200 characters outside ASCII, with the cursor of a list by title, takes 6 kB percent-encoded.
limit_request_line = 8190
threads = THREADS
# Longer than the keep-alive of the usual load balancers, so that they never write to a closed connection.
keepalive = 75
# The longest request copies a staged object inside the store.
timeout = 90
graceful_timeout = 20
# Otherwise a client could move the app to another path by a header.
forwarder_headers = ""
control_socket_disable = True
