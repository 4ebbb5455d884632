"""The clock of the service and of the worker."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the current time, cut to milliseconds."""
    return cut_to_milliseconds(datetime.now(UTC))


def cut_to_milliseconds(moment: datetime) -> datetime:
    """Return the moment as MongoDB stores it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
