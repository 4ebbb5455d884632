"""Starts the server that SERVER names, or gunicorn if it names none: `python -m service.server`."""

import os
import sys

GUNICORN = ("gunicorn", "-c", "python:service.server.gunicorn_conf", "service.wsgi:app")
GRANIAN = ("service.server.granian",)


def command_of(given: str) -> list[str]:
    """Return the command line of the server. Whichever it is, it checks the value with all other settings."""
    named = given.strip(" \t\r\n\ufeff'\"")
    return [sys.executable, "-m", *(GRANIAN if named == "granian" else GUNICORN)]


if __name__ == "__main__":
    command = command_of(os.environ.get("SERVER", ""))
    os.execv(command[0], command)  # noqa: S606 - the same process, as supervisors expect
