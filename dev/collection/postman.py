"""Builds a collection in Postman's format 2.1, and its environment, from the steps and the OpenAPI document.

openapi-to-postmanv2 makes a collection that cannot be run (bodies of random text, no variable taken from one answer
into the next request), and a different one each time.
"""

import json
import re
from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from dev.collection.scripts import definitions, events
from dev.collection.steps import Call, Example, Folder, Step, ToStore

FORMAT = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
NO_TOKEN = {"type": "noauth"}
STORE_ALONE: list[dict[str, list[str]]] = [{"store": []}]


def build_collection(document: dict[str, Any], folders: Sequence[Folder], variables: dict[str, str]) -> dict[str, Any]:
    """Return the collection. Raises LookupError if a step names no operation, or an operation has no step."""
    called = {step.operation for folder in folders for step in folder.steps if isinstance(step, Call)}
    if missing := operations_of(document) - called:
        raise LookupError(f"no step calls {', '.join(sorted(missing))}")
    render = _Renderer(document)
    title = document["info"]["title"]
    values = {"schemas": definitions(document), **variables}
    return {
        "info": {
            "_postman_id": _id_of(f"{title} collection"),
            "name": title,
            "description": f"{document['info']['description']}\n\nRun it as a whole: requests use the answers to "
            "earlier ones. It deletes everything that it creates.",
            "schema": FORMAT,
        },
        "auth": _bearer("{{token}}"),
        "variable": [{"key": key, "value": value} for key, value in values.items()],
        "item": [{"name": folder.name, "item": [render.item(step) for step in folder.steps]} for folder in folders],
    }


def build_environment(document: dict[str, Any]) -> dict[str, Any]:
    """Return the environment: the address of the service and the token."""
    title = document["info"]["title"]
    return {
        "id": _id_of(f"{title} environment"),
        "name": title,
        "values": [
            {"key": "base_url", "value": "http://127.0.0.1:5000", "type": "default", "enabled": True},
            {"key": "token", "value": "", "type": "secret", "enabled": True},
        ],
        "_postman_variable_scope": "environment",
    }


def operations_of(document: dict[str, Any]) -> set[str]:
    """Return each operation as `POST /v1/uploads`, except those that only the store calls, with its own secret."""
    return {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if operation.get("security") != STORE_ALONE
    }


class _Renderer:
    def __init__(self, document: dict[str, Any]) -> None:
        self._paths = document["paths"]
        self._schemas = document["components"]["schemas"]

    def item(self, step: Call | ToStore) -> dict[str, Any]:
        return self._call(step) if isinstance(step, Call) else _to_store(step)

    def _call(self, call: Call) -> dict[str, Any]:
        method, path = call.operation.split(" ")
        operation = self._paths[path][method.lower()]
        request: dict[str, Any] = {
            "method": method,
            "header": _headers(call),
            "url": _url(path, operation.get("parameters", []), call),
            "description": operation["summary"],
        }
        if call.token is not None:
            request["auth"] = _bearer(call.token)
        elif not any("bearer" in way for way in operation.get("security", [])):
            request["auth"] = NO_TOKEN
        if call.body is not None:
            request["header"].append({"key": "Content-Type", "value": "application/json"})
            request["body"] = _raw(self._text(call.body), language="json")
        name = re.split(r"[.:;]", operation["summary"])[0]
        return _item(f"{name}: {call.case}" if call.case else name, request, events(call, operation["responses"]))

    def _text(self, body: Any) -> str:
        return body if isinstance(body, str) else json.dumps(body, default=self._example, ensure_ascii=False, indent=2)

    def _example(self, example: Example) -> dict[str, Any]:
        fields = self._schemas[example.schema]["properties"]
        if unknown := example.changes.keys() - fields:
            raise LookupError(f"{example.schema} has no {', '.join(sorted(unknown))}")
        return {name: field["example"] for name, field in fields.items() if "example" in field} | example.changes


def _to_store(step: ToStore) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": step.method,
        "header": _headers(step),
        "url": f"{{{{{step.url}}}}}",
        "auth": NO_TOKEN,
        "description": step.description,
    }
    if step.body is not None:
        request["body"] = _raw(step.body, language="text")
    return _item(step.name, request, events(step))


def _item(name: str, request: dict[str, Any], scripts: list[dict[str, Any]]) -> dict[str, Any]:
    # Following a redirect would send the token along.
    behaviour = {"followRedirects": False}
    return {"name": name, "request": request, "response": [], "protocolProfileBehavior": behaviour, "event": scripts}


def _headers(step: Step) -> list[dict[str, str]]:
    return [{"key": name, "value": value} for name, value in step.headers.items()]


def _raw(text: str, *, language: str) -> dict[str, Any]:
    return {"mode": "raw", "raw": text, "options": {"raw": {"language": language}}}


def _url(path: str, parameters: list[dict[str, Any]], call: Call) -> dict[str, Any]:
    in_query = {one["name"]: one for one in parameters if one["in"] == "query"}
    if unknown := call.query.keys() - in_query:
        raise LookupError(f"{call.operation} takes no {', '.join(sorted(unknown))}")
    parts = re.sub(r"\{(\w+)\}", r":\1", path).strip("/").split("/")
    query = [_parameter(one, call.query.get(name)) for name, one in in_query.items()]
    asked = "&".join(f"{name}={value}" for name, value in call.query.items())
    return {
        "raw": "{{base_url}}/" + "/".join(parts) + (f"?{asked}" if asked else ""),
        "host": ["{{base_url}}"],
        "path": parts,
        "query": query,
        "variable": [
            _parameter(one, call.path.get(one["name"], f"{{{{{one['name']}}}}}"))
            for one in parameters
            if one["in"] == "path"
        ],
    }


def _parameter(parameter: dict[str, Any], value: str | None) -> dict[str, Any]:
    """Render a parameter. One without a value is disabled, for a person to switch on."""
    default = parameter["schema"].get("default", "")
    entry = {"key": parameter["name"], "value": str(default) if value is None else value}
    described = {"description": parameter["description"]} if parameter.get("description") else {}
    return {**entry, **described, **({"disabled": True} if value is None else {})}


def _bearer(token: str) -> dict[str, Any]:
    return {"type": "bearer", "bearer": [{"key": "token", "value": token, "type": "string"}]}


def _id_of(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))
