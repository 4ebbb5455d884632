"""Translates the errors of boto3 and urllib3 into the catalogue's: absent, forbidden and unreachable stay apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from service.store.errors import StoreDenied, StoreUnavailable

# SigV4 accepts a signature whose time is off by up to 15 minutes.
SIGNATURE_TOLERANCE_S = 890
NOT_IMPLEMENTED = 501
# What MinIO, VersityGW and AWS answer to a PUT that they have no room for: 507, 400, 403 and 409.
_FULL = frozenset({"XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded", "InsufficientCapacity"})
# A proxy says so of a store that may still be at work.
_OF_PROXIES = (502, 504)


def status_of(error: ClientError) -> int:
    """Return the HTTP status of the store's answer."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def code_of(error: ClientError) -> str:
    """Return the store's own error code, such as NoSuchKey."""
    return str(error.response.get("Error", {}).get("Code", ""))


def clock_skew_s(answer: Any, asked_at: datetime | None = None) -> float:
    """Return the store's clock minus ours, in seconds, or 0 if the answer has no date.

    A slow answer shows no difference, because its date may be any moment since `asked_at`.
    """
    date, answered_at = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", ""), datetime.now(UTC)
    if not date:
        return 0
    # The header truncates to whole seconds, so half a second is the best guess.
    store_time = parsedate_to_datetime(date) + timedelta(seconds=0.5)
    nearest = min(max(store_time, asked_at or answered_at), answered_at)
    return (store_time - nearest).total_seconds()


def _why_denied(error: ClientError) -> str:
    # The answer to a HEAD has no body that could say RequestTimeTooSkewed.
    skew = clock_skew_s(error.response)
    return f"; the store's clock is {skew:+.0f} s from ours" if abs(skew) > SIGNATURE_TOLERANCE_S else ""


def _is_of_store(error: ClientError) -> bool:
    """Return whether the store itself answered, in its own words, and so has ended its work."""
    return status_of(error) not in _OF_PROXIES and not code_of(error).isdecimal()


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Raise StoreDenied for 401 and 403, StoreUnavailable for every other failure.

    Methods catch the answers that mean something to them (404, 412) inside.
    """
    try:
        yield
    except ClientError as error:
        if code_of(error) in _FULL or status_of(error) == HTTPStatus.INSUFFICIENT_STORAGE:
            full = StoreUnavailable(f"the store takes nothing more, because it is full ({code_of(error)}): {doing}")
            full.is_answered = True
            raise full from error
        if status_of(error) in (401, 403):
            raise StoreDenied(f"the store refused {doing} ({code_of(error)}){_why_denied(error)}") from error
        refused = StoreUnavailable(f"the store answered {status_of(error)} {code_of(error)} to {doing}")
        refused.is_answered = _is_of_store(error)
        raise refused from error
    except (BotoCoreError, HTTPError) as error:
        raise StoreUnavailable(f"no answer from the store to {doing} ({type(error).__name__})") from error
