"""How many upload URLs one process returns per second if clients ask for many at once, against one call per URL.

Ours gets batches of 1000 on two connections, so that one always waits, and writes every pending document before its
URL leaves. Companion has no such call: eight connections ask it for one URL after the other.
"""

import json

from bench.load import ROUND_SECONDS, ROUNDS, Target, measure_rate
from bench.row import Reach, Row, Samples
from bench.rows.upload_url import companion
from bench.running import Stores, service, stores

SIZE = 1000
CONNECTIONS = 2
BODY = json.dumps(
    {
        "uploads": [
            {"filename": f"song {number}.mp3", "content_type": "audio/mpeg", "size_bytes": 4_000_000 + number}
            for number in range(SIZE)
        ]
    }
)


def batch_target(url: str, given: Stores) -> Target:
    return Target(url + "/v1/uploads/batch", given.authorization, BODY)


def measure() -> Samples:
    samples = Samples("/s", [], [])
    with stores() as given, service(given) as running, companion(given) as one_by_one:
        many = batch_target(running.url, given)
        for _ in range(ROUNDS + 1):
            samples.baseline.append(measure_rate(one_by_one, seconds=ROUND_SECONDS))
            samples.ours.append(SIZE * measure_rate(many, seconds=ROUND_SECONDS, connections=CONNECTIONS))
    return Samples("/s", samples.baseline[1:], samples.ours[1:])  # the first round warms both up


WHAT = f"upload URLs, {SIZE} at once, with JWT over HTTP, one worker"
ROWS = (Row(WHAT, "Companion 6.2.2 params, one call each", Reach.at_least(15), measure),)
