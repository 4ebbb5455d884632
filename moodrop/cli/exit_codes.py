"""What the command ends with, for scripts; docs/cli.md has the same table."""

from enum import IntEnum


class ExitCode(IntEnum):
    """A number for each thing that a script would do next."""

    DONE = 0
    SOME_FAILED = 1
    """Several failed, and for reasons that differ: the lines tell."""
    USAGE = 2
    """An option, an argument, the profile or the environment is wrong."""
    NOT_NOW = 3
    """Service, store or network is down, or another sync is at work: the same again later may succeed."""
    NOT_ALLOWED = 4
    """The token is missing, wrong, expired or may not do this."""
    NOT_FOUND = 5
    """No such file or upload, or it is gone."""
    REFUSED = 6
    """The service or the store refused what was asked: type, size, mood, checksum."""
    LOCAL_FILE = 7
    """A file here is missing, unreadable, in the way or changed while it was sent; or the disk is full."""
    WRONG_SERVER = 8
    """What answers there is no Moodrop, or one of another version."""
