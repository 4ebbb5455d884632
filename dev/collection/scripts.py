"""Builds the JavaScript that Postman runs before and after a request."""

import json
from typing import Any

from dev.collection.steps import Step

_DEFINED, _IN_SCRIPTS = '"#/components/schemas/', '"#/definitions/'


def definitions(document: dict[str, Any]) -> str:
    """Return the document's schemas as JSON, in the older form that Postman's validator reads."""
    schemas = document["components"]["schemas"]
    return json.dumps(schemas, ensure_ascii=False, sort_keys=True).replace(_DEFINED, _IN_SCRIPTS)


def events(step: Step, responses: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Return the scripts of a step; `responses` are the document's, if the step calls one of its operations."""
    after = [f'pm.test("answers {step.status}", () => pm.response.to.have.status({step.status}));']
    after += _schema_test(responses[str(step.status)]) if responses else []
    after += [f"pm.test({json.dumps(name)}, () => {{ {how}; }});" for name, how in step.checks.items()]
    after += [f'pm.collectionVariables.set("{name}", {value});' for name, value in step.saves.items()]
    return [
        {"listen": event, "script": {"type": "text/javascript", "exec": lines}}
        for event, lines in (("prerequest", list(step.before)), ("test", after))
        if lines
    ]


def _schema_test(response: dict[str, Any]) -> list[str]:
    if "content" not in response:
        return []
    ((mimetype, media),) = response["content"].items()
    name = media["schema"]["$ref"].rpartition("/")[2]
    return [
        "const answer = pm.response.json();",
        f'pm.test("is a {name}, as {mimetype}", () => {{',
        f'  pm.expect(pm.response.headers.get("Content-Type")).to.equal("{mimetype}");',
        '  const definitions = JSON.parse(pm.collectionVariables.get("schemas"));',
        f'  pm.response.to.have.jsonSchema({{ allOf: [{{ $ref: "#/definitions/{name}" }}], definitions }});',
        "});",
    ]
