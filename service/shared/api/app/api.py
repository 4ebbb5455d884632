"""The app, whose OpenAPI document has what models do not say: headers, and links between calls."""

from collections.abc import Iterator
from typing import Any

from flask_openapi3 import OpenAPI

from service.shared.api.app.rules import MatchingRule


def _text(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


_ETAG = _text("Identifies this state. Send it as If-None-Match with a read, or as If-Match with an edit.")
_RETRY_AFTER: dict[str, Any] = {
    "Retry-After": {"description": "In seconds.", "schema": {"type": "integer", "minimum": 0}}
}
_HEADERS_OF: dict[str, dict[str, Any]] = {
    "302": {"Location": _text("Where to go: a presigned URL of the store, or a page.")},
    "304": {"ETag": _ETAG},
    "401": {"WWW-Authenticate": _text("How to sign in: Bearer.")},
    "405": {"Allow": _text("The methods that are allowed.")},
    "429": _RETRY_AFTER,
    "503": _RETRY_AFTER,
}
_REQUEST_ID = "X-Request-ID"
_ANSWER_ID = _text("The request's id, as in the log and in a problem's request_id.")
# The responses with the id of a new upload or file; they link to each call that takes such an id.
_NAMED = {
    ("/v1/uploads", "post", "201"): "upload_id",
    ("/v1/uploads/{upload_id}/confirm", "post", "200"): "file_id",
}


class Api(OpenAPI):
    """flask-openapi3's app, with a complete document, and made quickly."""

    url_rule_class = MatchingRule

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # A doubled slash is an unknown address, not a redirect that drops a POST's body.
        self.url_map.merge_slashes = False

    def generate_spec_json(self) -> None:
        super().generate_spec_json()  # type: ignore[no-untyped-call]
        complete(self.spec_json)


def complete(document: dict[str, Any]) -> None:
    """Add to each operation what flask-openapi3 cannot see in its view."""
    paths, schemas = document["paths"], document["components"]["schemas"]
    for _, _, operation in _operations(paths):
        for parameter in operation.get("parameters", []):
            _drop_null(parameter["schema"])
        if body := operation.get("requestBody"):
            # An empty body counts as {}: see requests.py.
            name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            body["required"] = bool(schemas[name].get("required"))
            for field in schemas[name].get("properties", {}).values():
                _drop_null_default(field)
        operation["parameters"] = [*operation.get("parameters", []), *_request_headers(operation["responses"])]
        for status, answer in operation["responses"].items():
            answer["headers"] = _answer_headers(status, operation["responses"])
    for (path, method, status), name in _NAMED.items():
        paths[path][method]["responses"][status]["links"] = _links(paths, name)


def _operations(paths: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in paths.items():
        for method, operation in operations.items():
            yield path, method, operation


def _drop_null(schema: dict[str, Any]) -> None:
    # `str | None` means that a parameter may be left out: no address can hold a null.
    alternatives = [one for one in schema.pop("anyOf", []) if one != {"type": "null"}]
    if alternatives:
        schema.update(*alternatives)
    _drop_null_default(schema)


def _drop_null_default(schema: dict[str, Any]) -> None:
    # The default says no more than that, and generators would make it a field that must be sent.
    if schema.get("default", ...) is None:
        del schema["default"]


def _request_headers(responses: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield _request_header(
        _REQUEST_ID, "Your own id for the request: 1 to 64 of A-Z a-z 0-9 . _ -; any other is replaced."
    )
    if "304" in responses:
        yield _request_header("If-None-Match", "ETags that you have: 304 without a body if one is current.")
    if "412" in responses:
        yield _request_header("If-Match", "ETags that you have: 412 if none is current.")


def _request_header(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, **_text(description)}


def _answer_headers(status: str, responses: dict[str, Any]) -> dict[str, Any]:
    headers = {_REQUEST_ID: _ANSWER_ID, **_HEADERS_OF.get(status, {})}
    if "412" in responses or "304" in responses:
        headers |= {"ETag": _ETAG} if status == "200" else {}
    return {name: {**header, "required": True} for name, header in headers.items()}


def _links(paths: dict[str, Any], name: str) -> dict[str, Any]:
    return {
        operation["operationId"]: {
            "operationId": operation["operationId"],
            "parameters": {f"path.{name}": f"$response.body#/{name}"},
        }
        for path, _, operation in _operations(paths)
        if f"{{{name}}}" in path
    }
