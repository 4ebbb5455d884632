"""How gunicorn serves the recommender: `gunicorn -c python:recommender.gunicorn_conf recommender.wsgi:app`.

It is for the service alone, not for browsers. gunicorn's own WEB_CONCURRENCY sets the number of workers.
"""

bind = "0.0.0.0:5001"
worker_class = "gthread"
threads = 8
# The service waits 0.3 s for an answer; what takes so long hangs.
timeout = 30
forwarder_headers = ""
control_socket_disable = True
