"""What is counted of a request."""

from prometheus_client import REGISTRY

from service.operations.adapters.metrics import observe_request
from service.shared.request_facts import RequestFacts


def requests(route: str, method: str, code: str) -> float:
    labels = {"route": route, "method": method, "code": code}
    return REGISTRY.get_sample_value("moodrop_http_requests_total", labels) or 0


def problems(route: str, code: str) -> float:
    return REGISTRY.get_sample_value("moodrop_problems_total", {"route": route, "code": code}) or 0


def test_a_request_is_counted_and_timed() -> None:
    """By its route, however often it comes."""
    name = "moodrop_http_request_duration_seconds_sum"
    labels = {"route": "/v1/moods", "method": "GET"}
    before = requests("/v1/moods", "GET", "200"), REGISTRY.get_sample_value(name, labels) or 0

    for _ in range(2):
        observe_request("GET", 200, 0.25, RequestFacts(route="/v1/moods"))

    assert requests("/v1/moods", "GET", "200") - before[0] == 2
    assert (REGISTRY.get_sample_value(name, labels) or 0) - before[1] == 0.5


def test_a_request_without_an_address_has_no_route() -> None:
    """An empty label would look like a defect."""
    before = requests("none", "other", "400")

    observe_request("other", 400, 0, RequestFacts())

    assert (requests("none", "other", "400") - before, requests("", "other", "400")) == (1, 0)


def test_each_row_of_a_batch_that_fails_is_counted() -> None:
    """The batch itself succeeds, and has no code of its own."""
    before = problems("/v1/uploads/confirm", "object_missing")

    observe_request(
        "POST", 200, 0, RequestFacts(route="/v1/uploads/confirm", problems=("object_missing", "object_missing"))
    )

    assert problems("/v1/uploads/confirm", "object_missing") - before == 2
