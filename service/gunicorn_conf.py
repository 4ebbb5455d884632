"""How gunicorn serves the app: `gunicorn -c python:service.gunicorn_conf service.wsgi:app`.

gunicorn's own WEB_CONCURRENCY sets the number of workers.
"""

from service.wsgi_settings import settings_or_exit

settings = settings_or_exit()
bind = settings.address
worker_class = "gthread"
threads = 8
# Longer than the keep-alive of the usual load balancers, so that they never write to a closed connection.
keepalive = 75
# The longest request copies a staged object inside the store.
timeout = 90
graceful_timeout = 20
control_socket_disable = True
