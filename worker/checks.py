"""What a worker checks before it claims anything."""

import logging
from datetime import UTC, datetime
from typing import Any

from pymongo.database import Database

from service.shared.errors import DatabaseUnavailable
from service.shared.mongo.errors import translated
from worker import sandbox
from worker.settings import WorkerSettings

log = logging.getLogger(__name__)

MOST_SKEW_S = 5.0


def check_sandbox(settings: WorkerSettings) -> str | None:
    """Try to escape from the sandbox; return what is wrong with it, or None."""
    return sandbox.check(settings.media_sandbox)


def check_clock(database: Database[dict[str, Any]]) -> str | None:
    """Compare this machine's clock with the database's, which leases are measured by; return what is wrong, or None.

    A database that does not answer says nothing about the clock.
    """
    before = datetime.now(UTC)
    try:
        with translated():
            # A command's answer has no time zone, whatever the client is set to.
            theirs: datetime = database.client.admin.command("hello")["localTime"].replace(tzinfo=UTC)
    except DatabaseUnavailable:
        return None
    after = datetime.now(UTC)
    skew_s = max((before - theirs).total_seconds(), (theirs - after).total_seconds())
    if skew_s <= MOST_SKEW_S:
        return None
    return f"the clocks of this machine and of the database differ by {skew_s:.0f} s: set them by NTP"
