"""Reads the environment once, for gunicorn, its config and the flask command alike."""

from importlib.util import find_spec

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

    @field_validator("otel_exporter_otlp_endpoint")
    @classmethod
    def _has_the_extra(cls, value: str) -> str:
        if value and not _is_installed("opentelemetry.exporter.otlp.proto.http"):
            raise ValueError("needs the extra `otel`: pip install 'moodrop[service,otel]'")
        return value

    @field_validator("server")
    @classmethod
    def _has_its_packages(cls, value: str) -> str:
        if value == "granian" and not _is_installed("granian"):
            raise ValueError("needs the extra `granian`: pip install 'moodrop[service,granian]'")
        return value


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of a package around it
        return False


def settings_or_exit() -> Settings:
    """Return the settings. If some are wrong, print all of them and end the process."""
    return StartSettings.from_environment()
