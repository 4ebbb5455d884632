"""What quotas cost an upload URL: one more write for each, in the document of its owner.

In each round another owner starts so many uploads that the document names as many as it does on a busy day.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from bench.load import ROUNDS, Target, measure_rate
from bench.row import Reach, Row, Samples
from bench.running import SCOPES, TOKEN_SECONDS, Program, Stores, service, stores
from service.accounts.adapters.jwt.authenticator import issue_token

# A quota names at most 2,000 uploads.
STARTS = 1000
LIMITED = {"QUOTA_BYTES": str(2**50), "QUOTA_FILES": str(10**9)}


@contextmanager
def on_its_own_database(given: Stores, name: str, settings: Mapping[str, str]) -> Iterator[Program]:
    folder = given.folder / name
    folder.mkdir()
    environment = {**given.environment, "MONGODB_DATABASE": name, **settings}
    with service(replace(given, folder=folder, environment=environment)) as running:
        yield running


def target_of(given: Stores, running: Program, owner: str) -> Target:
    token = issue_token(given.settings, owner, SCOPES, at=datetime.now(UTC), expires_in=TOKEN_SECONDS)
    return Target(f"{running.url}/s3/upload-url?key=uploads/{owner}/song.mp3", {"Authorization": f"Bearer {token}"})


def compare() -> Samples:
    samples = Samples("/s", [], [])
    with (
        stores() as given,
        on_its_own_database(given, "unlimited", {}) as unlimited,
        on_its_own_database(given, "limited", LIMITED) as limited,
    ):
        owners = (f"u{number}" for number in count(1))
        for owner in (next(owners) for _ in range(ROUNDS + 1)):
            samples.baseline.append(measure_rate(target_of(given, unlimited, owner), count=STARTS))
            samples.ours.append(measure_rate(target_of(given, limited, owner), count=STARTS))
    # The first round warms the caches.
    return Samples("/s", samples.baseline[1:], samples.ours[1:])


ROWS = (Row("upload-url with quotas, one worker", "the same without quotas", Reach.at_least(0.75), compare),)
