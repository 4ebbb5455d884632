"""Moodrop: presigned uploads to S3 stores, verified and recorded."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def create_app() -> "Flask":
    """What `flask --app service` looks for. Imports late, so that `service.model` does not bring Flask along."""
    from service.app import create_app as create
    from service.wsgi_settings import settings_or_exit

    return create(settings_or_exit())
