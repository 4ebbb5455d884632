"""What Schemathesis cannot know: clients send bytes to the store, and calls without a token are refused."""

from typing import Any

import schemathesis
import urllib3
from schemathesis import Case, CheckContext, HookContext, Response

LARGEST = 4096
STORE = urllib3.PoolManager()


@schemathesis.hook
def after_call(context: HookContext, case: Case, response: Response) -> None:
    """Send the declared bytes to most of the issued URLs."""
    if response.status_code not in (200, 201) or "json" not in str(response.headers.get("content-type")):
        return
    answer = response.json()
    if case.operation.path == "/s3/upload-url" and case.method == "GET":
        STORE.request("PUT", answer["url"], body=b"ID3", headers={"Content-Type": "audio/mpeg"}, retries=False)
    elif "transfer" in answer:
        _send(answer["transfer"])
    elif case.operation.path == "/v1/uploads/batch":
        for row in answer["results"]:
            if row["upload"]:
                _send(row["upload"]["transfer"])


def _send(transfer: dict[str, Any]) -> None:
    if transfer["kind"] == "multipart":  # larger than what is sent here
        return
    # A staged upload declares no length.
    size = int(transfer["headers"].get("content-length", 3))
    if size <= LARGEST:
        STORE.request(transfer["method"], transfer["url"], body=bytes(size), headers=transfer["headers"], retries=False)


# Refusals before authentication: by the server and routing.
BEFORE_THE_DOOR = {
    *("bad_request", "request_too_slow", "body_too_large", "uri_too_long", "headers_too_large", "too_busy"),
    *("route_not_found", "method_not_allowed"),
}
AT_THE_DOOR = {"token_missing", "token_invalid"}


@schemathesis.check
def without_token(context: CheckContext, response: Response, case: Case) -> None:
    """Check that a call that needs a token says so without one, whatever else is wrong."""
    if [{"bearer": []}] != case.operation.definition.raw.get("security"):
        return
    if case.method == "OPTIONS":
        # A browser's preflight carries no token, and gets nothing but the names of methods.
        assert not response.content
        return
    code = response.json()["code"] if response.status_code >= 400 else f"a {response.status_code}"
    assert code in BEFORE_THE_DOOR | AT_THE_DOOR, f"{code} without a token"
