"""The metrics, in Prometheus' format. No label has values that a client can choose.

Import this in a worker only, after `count_at_place` has chosen its file: a metric opens it when it is made.
"""

from functools import cache

from prometheus_client import Counter, Histogram

from service.shared.request_facts import RequestFacts

# A request takes milliseconds, and at most the 90 s of a large copy.
_REQUEST_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 90)
_CALL_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10, 60)
# The requests of unknown addresses, and those that the server refused.
NO_ROUTE = "none"

REQUESTS = Counter("moodrop_http_requests", "Requests answered.", ("route", "method", "code"))
REQUEST_SECONDS = Histogram(
    "moodrop_http_request_duration_seconds",
    "From a request's last byte to its answer.",
    ("route", "method"),
    buckets=_REQUEST_S,
)
PROBLEMS = Counter("moodrop_problems", "Errors answered, those of each row of a batch too.", ("route", "code"))
SIGNED_URLS = Counter("moodrop_presigned_urls", "URLs signed.", ("kind",))
CONFIRMS = Counter("moodrop_confirms", "Uploads that were recorded or rejected.", ("outcome", "by"))
CONFIRMED_BYTES = Counter("moodrop_confirmed_bytes", "Bytes of the uploads that were recorded.")
LISTENS = Counter("moodrop_listens", "Listens that came to count as plays.", ("source",))
STORE_SECONDS = Histogram(
    "moodrop_store_call_duration_seconds", "Calls to the object store.", ("call", "outcome"), buckets=_CALL_S
)
DATABASE_SECONDS = Histogram(
    "moodrop_database_command_duration_seconds", "Commands to MongoDB.", ("command", "outcome"), buckets=_CALL_S
)
OK, FAILED = "ok", "failed"


def observe_request(method: str, status: int, seconds: float, facts: RequestFacts) -> None:
    """Count a request that has its answer."""
    route = facts.route or NO_ROUTE
    _requests(route, method, status).inc()
    _request_seconds(route, method).observe(seconds)
    for code in facts.problems:
        PROBLEMS.labels(route, code).inc()


# Finding a metric by its labels takes longer than counting.
@cache
def _requests(route: str, method: str, status: int) -> Counter:
    return REQUESTS.labels(route, method, status)


@cache
def _request_seconds(route: str, method: str) -> Histogram:
    return REQUEST_SECONDS.labels(route, method)
