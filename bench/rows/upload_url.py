"""How many upload URLs one process returns per second over HTTP, against a Flask app and Node backends.

Our service checks a JWT and writes the pending document to MongoDB before it returns the URL. Among
the baselines, only the Flask app writes anything, and it does nothing else. Companion and Express without
jsonwebtoken ask for no token.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from bench.baselines.node import node_server
from bench.load import Target, measure_rates
from bench.row import Reach, Row, Samples
from bench.running import OWNER, Program, Stores, granian, gunicorn, service, service_on_granian, stores

CALL = f"/s3/upload-url?key=uploads/{OWNER}/song.mp3"
PARAMS = "/s3/params?filename=song.mp3&type=audio/mpeg"
NEW = json.dumps({"filename": "song.mp3", "content_type": "audio/mpeg", "size_bytes": 4_000_000})
Run = Callable[[Stores], AbstractContextManager[Program]]
Baseline = Callable[[Stores], AbstractContextManager[Target]]
Ask = Callable[[Program, Stores], Target]


@contextmanager
def inserting(given: Stores, *, on: Callable[..., AbstractContextManager[Program]]) -> Iterator[Target]:
    with on("bench.baselines.inserting:app", given, answers_at="/") as running:
        yield Target(running.url + "/")


@contextmanager
def companion(given: Stores, *, workers: int = 1) -> Iterator[Target]:
    settings = {"SECRET": given.environment["JWT_SECRET"], "FOLDER": str(given.folder), "WORKERS": str(workers)}
    with node_server("companion", given, settings, answers_at=PARAMS) as running:
        yield Target(running.url + PARAMS)


@contextmanager
def express(given: Stores, *, checks_token: bool) -> Iterator[Target]:
    settings = {"JWT_SECRET": given.environment["JWT_SECRET"]} if checks_token else {}
    with node_server("seed", given, settings, answers_at=CALL) as running:
        yield Target(running.url + CALL, given.authorization if checks_token else {})


@contextmanager
def on_gunicorn(given: Stores) -> Iterator[Target]:
    with service(given) as running:
        yield upload_url(running, given)


def upload_url(running: Program, given: Stores) -> Target:
    return Target(running.url + CALL, given.authorization)


def new_upload(running: Program, given: Stores) -> Target:
    return Target(running.url + "/v1/uploads", given.authorization, NEW)


def compare(baseline: Baseline, ours: Run = service, ask: Ask = upload_url) -> Samples:
    with stores() as given, ours(given) as running, baseline(given) as target:
        return measure_rates(target, ask(running, given))


WHAT, WHAT_NEW = "upload-url with JWT over HTTP", "POST /v1/uploads with JWT over HTTP"
ONE, TWO = "one worker", "two workers"
COMPANION, CLUSTER = "Companion 6.2.2 params, one process", "Companion 6.2.2 params, a cluster of two"
EXPRESS, WITH_TOKEN = "Express, aws-sdk v2", "Express, aws-sdk v2 and jsonwebtoken"
INSERT = "Flask, one bare insert, same server"
of_two = partial(companion, workers=2)
with_token = partial(express, checks_token=True)
without_token = partial(express, checks_token=False)
two, two_on_granian = partial(service, workers=2), partial(service_on_granian, workers=2)
ROWS = (
    Row(f"{WHAT}, {ONE}", COMPANION, Reach.at_least(1.4), partial(compare, companion)),
    Row(f"{WHAT}, {ONE}", WITH_TOKEN, Reach.at_least(1.2), partial(compare, with_token)),
    # Explains the others: no promise.
    Row(f"{WHAT}, {ONE}", EXPRESS, None, partial(compare, without_token)),
    # The limit for a Flask view that writes with pymongo: see docs/benchmarks.md.
    Row(f"{WHAT}, {ONE}", INSERT, Reach.at_least(0.9), partial(compare, partial(inserting, on=gunicorn))),
    Row(f"{WHAT}, {TWO}", CLUSTER, Reach.at_least(1.6), partial(compare, of_two, two)),
    Row(f"{WHAT_NEW}, {ONE}", WITH_TOKEN, Reach.at_least(1.1), partial(compare, with_token, ask=new_upload)),
    Row(f"{WHAT}, {ONE} on granian", COMPANION, Reach.at_least(2.2), partial(compare, companion, service_on_granian)),
    Row(f"{WHAT}, {ONE} on granian", WITH_TOKEN, Reach.at_least(1.7), partial(compare, with_token, service_on_granian)),
    Row(
        f"{WHAT}, {ONE} on granian",
        INSERT,
        Reach.at_least(0.7),
        partial(compare, partial(inserting, on=granian), service_on_granian),
    ),
    Row(f"{WHAT}, {ONE} on granian", "the same on gunicorn", None, partial(compare, on_gunicorn, service_on_granian)),
    Row(f"{WHAT}, {TWO} on granian", CLUSTER, Reach.at_least(1.9), partial(compare, of_two, two_on_granian)),
    Row(
        f"{WHAT_NEW}, {ONE} on granian",
        WITH_TOKEN,
        Reach.at_least(1.5),
        partial(compare, with_token, service_on_granian, new_upload),
    ),
)
