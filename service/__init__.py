"""Moodrop: presigned uploads to S3 stores, verified and recorded."""

from flask import Flask


def create_app() -> Flask:
    """What `flask --app service` looks for. Imported late, so that `service.model` stays free of Flask."""
    from service.app import create_app as create
    from service.wsgi_settings import settings_or_exit

    return create(settings_or_exit())
