"""Reads the environment once, for gunicorn, its config and the flask command alike."""

import sys

from pydantic import ValidationError

from service.settings import Settings


def settings_or_exit() -> Settings:
    """The settings; where some are wrong, all of them are named and the process ends."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"  {_name(found['loc'])}{found['msg'].removeprefix('Value error, ')}" for found in error.errors()]
        sys.exit("Moodrop cannot start. These settings are wrong:\n" + "\n".join(lines))


def _name(location: tuple[int | str, ...]) -> str:
    return f"{str(location[0]).upper()}: " if location else ""
