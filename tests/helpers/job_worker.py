"""A worker process without tools, for tests that kill it: `python -m tests.helpers.job_worker URI DATABASE LOG SEED`.

Its clock runs sixty times as fast, so that a lease lapses in half a second.
"""

import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.jobs.model import Lane
from service.jobs.mongo.queue import MongoJobQueue
from service.shared.errors import DatabaseUnavailable
from service.shared.mongo.client import open_database
from service.shared.settings import SharedSettings

SPEED = 60
BEGAN = datetime(2026, 11, 21, 12, tzinfo=UTC)
JOB_S = 0.1


def fast_now() -> datetime:
    """Return the time of all test workers."""
    microseconds = int((time.time() % 10_000_000) * SPEED * 1e6)
    return BEGAN + timedelta(milliseconds=microseconds // 1000)


def main(uri: str, name: str, log: str, seed: str) -> None:
    settings = SharedSettings(mongodb_uri=uri, mongodb_database=name, auth_mode="open")
    queue, chance = MongoJobQueue(open_database(settings)), random.Random(seed)
    while True:
        try:
            queue.abandon(fast_now())
            lease = queue.claim(["image"], (Lane.LIGHT,), seed, fast_now())
            if lease is None:
                time.sleep(0.02)
                continue
            time.sleep(JOB_S * chance.uniform(0.5, 1.5))
            if queue.finish(lease, {"token": lease.token}, fast_now()):
                with Path(log).open("a", encoding="utf-8") as lines:
                    lines.write(f"{lease.job_id}\n")
        except DatabaseUnavailable:
            time.sleep(0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
