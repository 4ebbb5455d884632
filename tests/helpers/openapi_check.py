"""A test client that checks every answer against the service's own OpenAPI document."""

import gzip
import json
import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from werkzeug.test import TestResponse

from dev.in_memory import in_memory_ports
from service.app import create_app
from service.settings import Settings
from service.shared.api.app.api import Api
from service.shared.clock import utc_now
from tests.builders import KEYRING

PROBLEM = "#/components/schemas/Problem"


@cache
def app() -> Api:
    """Return the app in open mode, to read its document."""
    settings = Settings(auth_mode="open")
    return create_app(settings, in_memory_ports(settings, KEYRING, utc_now))


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document of the API."""
    described: dict[str, Any] = app().api_doc
    return described


@cache
def _validator(pointer: str) -> Draft202012Validator:
    registry = Registry().with_resource("urn:doc", DRAFT202012.create_resource(document()))
    return Draft202012Validator({"$ref": f"urn:doc{pointer}"}, registry=registry)


@cache
def _validator_of(path: str, method: str, status: int, mimetype: str) -> Draft202012Validator | None:
    operation = document()["paths"].get(path, {}).get(method.lower())
    if operation is None:  # an unknown route or a wrong method: a problem document, except for S3 clients and browsers
        return _validator(PROBLEM) if status >= 400 and mimetype not in {"application/xml", "text/html"} else None
    answers = operation["responses"]
    assert str(status) in answers, f"{method} {path} answered {status}, which is not documented"
    content = answers[str(status)].get("content", {})
    if not content:
        return None
    assert mimetype in content, f"{method} {path} answered {status} with {mimetype}, documented are {list(content)}"
    steps = ("", "paths", path, method.lower(), "responses", str(status), "content", mimetype, "schema")
    return _validator("#" + "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps))


def _headers_of(path: str, method: str, status: int) -> set[str]:
    answers = document()["paths"].get(path, {}).get(method.lower(), {}).get("responses", {})
    return set(answers.get(str(status), {}).get("headers", {}))


class CheckedClient(FlaskClient):
    """Fails the test if an answer does not match the document."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        request = response.request
        if request.method not in ("HEAD", "OPTIONS"):
            path = _template(self.application, request.path, request.method)
            validator = _validator_of(path, request.method, response.status_code, response.mimetype)
            assert _headers_of(path, request.method, response.status_code) <= {name for name, _ in response.headers}
            if validator:
                data = response.get_data()
                data = gzip.decompress(data) if "Content-Encoding" in response.headers else data
                validator.validate(json.loads(data) if response.mimetype.endswith("json") else data.decode())
        return response


def _template(app: Flask, path: str, method: str) -> str:
    """Return the path as the document writes it, such as /v1/files/{file_id}."""
    rules = app.url_map.bind("localhost")
    if not rules.test(urlsplit(path).path, method):
        return ""
    rule, _ = rules.match(urlsplit(path).path, method, return_rule=True)
    return template(str(rule.rule))


def template(rule: str) -> str:
    """Return Flask's rule as the document writes it."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
