"""The exit codes of the command, for scripts. docs/cli.md has the same table."""

from enum import IntEnum


class ExitCode(IntEnum):
    """One code for each thing that a script would do next."""

    DONE = 0
    SOME_FAILED = 1
    """Several failed, for different reasons: see the lines."""
    USAGE = 2
    """An option, an argument, the profile or the environment is wrong."""
    NOT_NOW = 3
    """Service, store or network is down, or another sync is running: the same command may succeed later."""
    NOT_ALLOWED = 4
    """The token is missing, wrong or expired, or does not allow this."""
    NOT_FOUND = 5
    """The file or upload does not exist, or does not exist any more."""
    REFUSED = 6
    """The service or the store refused the request: type, size, mood, checksum."""
    LOCAL_FILE = 7
    """A local file is missing, unreadable, in the way or changed while it was sent; or the disk is full."""
    WRONG_SERVER = 8
    """The server is not Moodrop, or has another version."""
