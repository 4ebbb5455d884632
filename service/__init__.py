"""Moodrop: presigned uploads to S3 stores, verified and recorded."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def create_app() -> "Flask":
    """Return the app for `flask --app service`. Imports late, so that importing a house does not import Flask."""
    from service.app import create_app as create
    from service.server.wsgi_settings import settings_or_exit
    from service.shared.safe_logging import log_what_is_printed

    log_what_is_printed()
    return create(settings_or_exit())
