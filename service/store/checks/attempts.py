"""Turns a check that cannot be made into a finding, so that the others still run."""

from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from service.shared.checks import StoreCheck
from service.shared.errors import MoodropError

FAILURES = (MoodropError, HTTPError, ClientError, BotoCoreError, OSError)
UNFINISHED = (
    "Run `flask doctor` again. If this stays, see in the store's log what it does with the request, or use another "
    "store."
)


def attempt(
    name: str, run: Callable[[], list[StoreCheck]], *, must: bool = False, made: list[StoreCheck] | None = None
) -> list[StoreCheck]:
    """Return the checks, or those that were `made` before one failed, and the failure under this name."""
    try:
        return run()
    except FAILURES as error:
        detail = error.detail if isinstance(error, MoodropError) else f"{type(error).__name__}: {error}"
        return [*(made or ()), StoreCheck(name, False, must, f"could not be checked: {detail}"[:400], UNFINISHED)]
