"""Each failure as one line for a person, an object for a machine, and an exit code."""

from typing import Any

from moodrop.cli.exit_codes import ExitCode
from moodrop.errors import (
    Denied,
    Gone,
    Internal,
    LocalError,
    MoodropError,
    NoAnswer,
    NotFound,
    ServerUnknown,
    Unauthenticated,
    Unavailable,
)


class CommandError(Exception):
    """The command cannot run as it was given. The text is the line to show."""

    def __init__(self, message: str, exit_code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message)
        self.exit_code = exit_code


BY_KIND: list[tuple[tuple[type[MoodropError], ...], ExitCode]] = [
    ((Unauthenticated, Denied), ExitCode.NOT_ALLOWED),
    ((NotFound, Gone), ExitCode.NOT_FOUND),
    ((NoAnswer, Internal, Unavailable), ExitCode.NOT_NOW),
    ((ServerUnknown,), ExitCode.WRONG_SERVER),
    ((LocalError,), ExitCode.LOCAL_FILE),
]
# These become a line. Anything else is a bug and shows its traceback.
EXPECTED = (CommandError, MoodropError, OSError)


# Replacements for hints of the service that are for programmers and operators.
HINTS = {
    "validation_failed": "",
    "mood_not_allowed": "",
    "content_type_not_allowed": "",
    "file_too_large": "",
    "file_not_found": "It may belong to someone else: see `moodrop ls`.",
    "upload_not_found": "It may belong to someone else: see `moodrop status`.",
    "file_missing": "",
}


def exit_code_of(error: Exception) -> ExitCode:
    """Return the exit code for an error."""
    if isinstance(error, CommandError):
        return error.exit_code
    if isinstance(error, MoodropError):
        return _code_of_moodrop_error(error)
    return ExitCode.LOCAL_FILE


def _code_of_moodrop_error(error: MoodropError) -> ExitCode:
    for kinds, code in BY_KIND:
        if isinstance(error, kinds):
            return code
    return ExitCode.NOT_NOW if error.retryable else ExitCode.REFUSED


def line_of(error: Exception) -> str:
    """Return the error in one line, with a hint."""
    if isinstance(error, MoodropError):
        return f"{error.detail.rstrip('.')} ({error.code}). {HINTS.get(error.code, error.hint)}".strip()
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return str(error)


def as_dict(error: Exception) -> dict[str, Any]:
    """Return the error as it is in JSON."""
    if isinstance(error, MoodropError):
        names = ("code", "status", "detail", "hint", "retryable", "request_id")
        return {name: getattr(error, name) for name in names}
    return {"code": exit_code_of(error).name.lower(), "detail": line_of(error), "retryable": False}
