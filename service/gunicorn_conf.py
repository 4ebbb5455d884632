"""The configuration by its older name, which commands and unit files may have: see server/gunicorn_conf.py."""

from service.server.gunicorn_conf import *  # noqa: F403 - gunicorn reads every name of it
