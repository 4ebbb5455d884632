"""Reads the environment once, for gunicorn, its config and the flask command alike."""

import sys
from typing import Any

from pydantic import ValidationError, field_validator

from service.registry import AUTH_METHODS
from service.settings import Settings
from service.shared.mongo.uri import problem_with

# pydantic's own words are for programmers.
_WORDS = {
    "int_parsing": "must be a whole number, without a unit",
    "int_from_float": "must be a whole number, without a unit",
    "bool_parsing": "must be 1 or 0",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
}


class StartSettings(Settings):
    """The settings, with a database address that the driver accepts and an auth method that exists."""

    @field_validator("auth_mode")
    @classmethod
    def _is_registered(cls, value: str) -> str:
        if value not in AUTH_METHODS:
            raise ValueError(f"must be {' or '.join(map(repr, AUTH_METHODS))}")
        return value

    @field_validator("mongodb_uri")
    @classmethod
    def _is_accepted_by_the_driver(cls, value: str) -> str:
        if problem := problem_with(value):
            raise ValueError(problem)
        return value


def settings_or_exit() -> Settings:
    """Return the settings. If some are wrong, print all of them and end the process."""
    try:
        return StartSettings()
    except ValidationError as error:
        lines = [f"  {_name(problem['loc'])}{_words(problem)}" for problem in error.errors()]
        sys.exit("Moodrop cannot start. These settings are wrong:\n" + "\n".join(lines))


def _name(location: tuple[int | str, ...]) -> str:
    return f"{str(location[0]).upper()}: " if location else ""


def _words(problem: Any) -> str:
    words = _WORDS.get(problem["type"], "").format(**problem.get("ctx", {}))
    return words or problem["msg"].removeprefix("Value error, ")
