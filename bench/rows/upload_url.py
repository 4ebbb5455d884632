"""How many upload URLs one process returns per second over HTTP, against Flask alone and two Node backends.

Our service checks a JWT and writes the pending document to MongoDB before it returns the URL. Among
the baselines, only the second Flask app writes anything. Companion and the seed as described ask for no token.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from bench.baselines.node import node_server
from bench.load import Target, measure_rates
from bench.row import Reach, Row, Samples
from bench.running import OWNER, Program, Stores, gunicorn, service, service_on_granian, stores

CALL = f"/s3/upload-url?key=uploads/{OWNER}/song.mp3"
PARAMS = "/s3/params?filename=song.mp3&type=audio/mpeg"


@contextmanager
def flask(given: Stores, *, does: str) -> Iterator[Target]:
    with gunicorn(f"bench.baselines.{does}:app", given, answers_at="/") as running:
        yield Target(running.url + "/")


@contextmanager
def companion(given: Stores) -> Iterator[Target]:
    settings = {"SECRET": given.environment["JWT_SECRET"], "FOLDER": str(given.folder)}
    with node_server("companion", given, settings, answers_at=PARAMS) as running:
        yield Target(running.url + PARAMS)


@contextmanager
def seed(given: Stores, *, checks_token: bool) -> Iterator[Target]:
    settings = {"JWT_SECRET": given.environment["JWT_SECRET"]} if checks_token else {}
    with node_server("seed", given, settings, answers_at=CALL) as running:
        yield Target(running.url + CALL, given.authorization if checks_token else {})


@contextmanager
def on_gunicorn(given: Stores) -> Iterator[Target]:
    with service(given) as running:
        yield Target(running.url + CALL, given.authorization)


def compare(
    baseline: Callable[[Stores], AbstractContextManager[Target]],
    ours: Callable[[Stores], AbstractContextManager[Program]] = service,
) -> Samples:
    with stores() as given, ours(given) as running, baseline(given) as target:
        return measure_rates(target, Target(running.url + CALL, given.authorization))


def on_granian(baseline: Callable[[Stores], AbstractContextManager[Target]]) -> Samples:
    return compare(baseline, service_on_granian)


WHAT = "upload-url with JWT over HTTP, one worker"
WHAT_ON_GRANIAN = f"{WHAT}, on granian"
ROWS = (
    Row(WHAT, "Flask, constant JSON, same server", Reach.at_least(0.7), partial(compare, partial(flask, does="hello"))),
    # The limit for a Flask view that writes with pymongo: see docs/benchmarks.md.
    Row(WHAT, "Flask, one bare insert, same server", None, partial(compare, partial(flask, does="inserting"))),
    Row(WHAT, "Companion 6.2.2 params, one process", Reach.at_least(2.5), partial(compare, companion)),
    Row(WHAT, "seed (Express, aws-sdk v2)", Reach.at_least(1.0), partial(compare, partial(seed, checks_token=False))),
    Row(WHAT, "seed with jsonwebtoken", Reach.at_least(1.0), partial(compare, partial(seed, checks_token=True))),
    Row(WHAT_ON_GRANIAN, "the same on gunicorn", Reach.at_least(1.2), partial(on_granian, on_gunicorn)),
    Row(WHAT_ON_GRANIAN, "Companion 6.2.2 params, one process", Reach.at_least(2.2), partial(on_granian, companion)),
    Row(
        WHAT_ON_GRANIAN,
        "seed with jsonwebtoken",
        Reach.at_least(1.7),
        partial(on_granian, partial(seed, checks_token=True)),
    ),
)
