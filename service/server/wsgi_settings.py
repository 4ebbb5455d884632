"""Reads the environment once, for gunicorn, its config and the flask command alike."""

from pydantic import field_validator

from service.registry import AUTH_METHODS
from service.settings import Settings
from service.shared.mongo.process_settings import ProcessSettings


class StartSettings(ProcessSettings, Settings):
    """The settings, with a database address that the driver accepts and an auth method that exists."""

    @field_validator("auth_mode")
    @classmethod
    def _is_registered(cls, value: str) -> str:
        if value not in AUTH_METHODS:
            raise ValueError(f"must be {' or '.join(map(repr, AUTH_METHODS))}")
        return value


def settings_or_exit() -> Settings:
    """Return the settings. If some are wrong, print all of them and end the process."""
    return StartSettings.from_environment()
