"""What Postman runs before and after a request: JavaScript, from a step and the document's answer to it."""

import json
from typing import Any

from dev.collection.steps import Step

_DEFINED, _IN_SCRIPTS = '"#/components/schemas/', '"#/definitions/'


def definitions(document: dict[str, Any]) -> str:
    """The document's schemas as JSON, of the older kind that Postman's validator reads; `schemas` in scripts."""
    schemas = document["components"]["schemas"]
    return json.dumps(schemas, ensure_ascii=False, sort_keys=True).replace(_DEFINED, _IN_SCRIPTS)


def events(step: Step, responses: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """The scripts of a step; `responses` as the document has them, where it is a call of the document's."""
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
    ((mimetype, found),) = response["content"].items()
    name = found["schema"]["$ref"].rpartition("/")[2]
    return [
        "const answer = pm.response.json();",
        f'pm.test("is a {name}, as {mimetype}", () => {{',
        f'  pm.expect(pm.response.headers.get("Content-Type")).to.equal("{mimetype}");',
        '  const definitions = JSON.parse(pm.collectionVariables.get("schemas"));',
        f'  pm.response.to.have.jsonSchema({{ allOf: [{{ $ref: "#/definitions/{name}" }}], definitions }});',
        "});",
    ]
