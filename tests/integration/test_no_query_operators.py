"""MongoDB's operators in place of text: refused in every field of the OpenAPI document, before any query.

The driver reports each command that it sends to the real mongod: for a refused request there is none. Parameters of an
address are always text, and the commands show that they stay text in searches.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from pymongo import monitoring
from werkzeug.test import TestResponse

from dev.servers import MongodServer
from service.accounts.usecases.admin.operator import set_admin
from service.app import build_ports, create_app
from service.uploads.metadata import FileMetadata
from tests.conftest import Store, settings_for
from tests.helpers.accounts import EMAIL, register
from tests.helpers.openapi_check import document
from tests.helpers.tokens import SECRET, bearer

pytestmark = pytest.mark.real

EVENTS_SECRET = "b3c1f0e9ab3d27c1f0e9ab3d"
ID = "01JD8ZK3V0X5W9QH2M4N6P7R8S"
OPERATORS: tuple[dict[str, Any], ...] = (
    {"$ne": ""},
    {"$gt": ""},
    {"$regex": ".*"},
    {"$where": "sleep(5000) || true"},
    {"$exists": True},
    {"$in": ["a", "b"]},
    {"$or": [{}, {"a": 1}]},
)
HOSTILE: tuple[Any, ...] = (*OPERATORS, [], ["a"], [{"$ne": ""}], 7, -1.5, True, {}, {"a": {"$ne": ""}}, None)
JSON_TYPES = {dict: "object", list: "array", int: "integer", float: "number", bool: "boolean", type(None): "null"}


class Commands(monitoring.CommandListener):
    """The commands that this process's drivers send while a test listens. pymongo keeps listeners for ever."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Mapping[str, Any]]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.sent.append((event.command_name, event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Ignore it."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Ignore it."""

    @contextmanager
    def heard(self) -> Iterator[list[tuple[str, Mapping[str, Any]]]]:
        """Collect the commands that are sent within the block."""
        before = len(self.sent)
        commands: list[tuple[str, Mapping[str, Any]]] = []
        yield commands
        commands += self.sent[before:]


@dataclass
class World:
    """The API in this process, on real servers, with bearer tokens, because checking those needs no database."""

    client: FlaskClient
    commands: Commands
    # The person behind the cookie is looked up at each call.
    is_signed_in: bool = False

    def ask(self, method: str, path: str, body: Any = None) -> TestResponse:
        return self.client.open(path, method=method, headers=self._headers(path), json=body)

    def _headers(self, path: str) -> dict[str, str]:
        if self.is_signed_in:
            return {"Sec-Fetch-Site": "same-origin"}
        secret = {"Authorization": EVENTS_SECRET}
        return secret if path.startswith("/v1/events/") else bearer(scope="uploads:write files:read files:write")

    @contextmanager
    def heard(self) -> Iterator[list[tuple[str, Mapping[str, Any]]]]:
        """Collect the commands that are sent within the block, except those that read who is signed in."""
        with self.commands.heard() as commands:
            yield commands
        commands[:] = [command for command in commands if not (self.is_signed_in and _reads_who_asks(*command))]


def _reads_who_asks(name: str, command: Mapping[str, Any]) -> bool:
    """Return whether a session, its user or both are read, by ids that are text."""
    match name, command:
        case "find", {"find": "sessions" | "users", "filter": {"_id": by_id}}:
            return _is_text(by_id)
        case "aggregate", {
            "aggregate": "sessions",
            "pipeline": [
                {"$match": {"_id": session_id}},
                {"$unionWith": {"coll": "users", "pipeline": [{"$match": {"_id": user_id}}, _]}},
            ],
        }:
            return _is_text(session_id) and _is_text(user_id)
    return False


def _is_text(by_id: object) -> bool:
    match by_id:
        case str():
            return True
        case {"$eq": str(), **others}:
            return not others
    return False


@pytest.fixture(scope="module")
def world(minio: Store, mongod: MongodServer, signing_keys: dict[str, str]) -> Iterator[World]:
    commands = Commands()
    monitoring.register(commands)
    settings = settings_for(minio, mongod, auth_mode="jwt", jwt_secret=SECRET, **signing_keys)
    ports = build_ports(settings)
    events_settings = {"events_secret": EVENTS_SECRET, "minio_events_arn": "arn:minio:sqs::moodrop:webhook"}
    app = create_app(type(settings)(**{**settings.model_dump(exclude_unset=True), **events_settings}), ports)
    app.extensions["moodrop"].preparation.ensure()
    made = World(app.test_client(), commands)
    assert made.ask("GET", "/v1/files").status_code == 200
    assert commands.sent, "the driver tells of its commands"
    yield made
    ports.records.close()


@pytest.fixture(scope="module")
def accounts_world(minio: Store, mongod: MongodServer, signing_keys: dict[str, str]) -> Iterator[World]:
    """The page of somebody who is signed in to a service with accounts."""
    commands = Commands()
    monitoring.register(commands)
    given = {"auth_mode": "accounts", "mail_page": True, "guests": "own", "rate_limits": False}
    settings = settings_for(minio, mongod, password_memory_kib=8192, **given, **signing_keys)
    ports = build_ports(settings)
    app = create_app(settings, ports)
    app.extensions["moodrop"].preparation.ensure()
    made = World(app.test_client(), commands, is_signed_in=True)
    made.client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    register(made.client, ports)
    set_admin(ports, EMAIL, is_admin=True)
    assert made.ask("GET", "/api/auth/account").status_code == 200
    yield made
    ports.records.close()


@pytest.fixture
def world_of(request: pytest.FixtureRequest) -> Callable[[str], World]:
    """Return the world in which a call is there."""

    def pick(path: str) -> World:
        is_of_accounts = path.startswith(("/api/auth/", "/api/admin/", "/.well-known/"))
        chosen: World = request.getfixturevalue("accounts_world" if is_of_accounts else "world")
        return chosen

    return pick


def with_ids(path: str, text: str = ID) -> str:
    """Return the path with this text for every id in it."""
    return re.sub(r"\{\w+\}", text, path.replace("{part_number}", "1"))


# --- bodies ----------------------------------------------------------------------------------------
def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema itself, for a reference or for a schema that may be null."""
    if "$ref" in schema:
        return resolved(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    alternatives = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    return resolved(alternatives[0]) if alternatives else schema


def types_of(schema: Mapping[str, Any]) -> set[str]:
    """Return the JSON types it accepts; a number may be written as an integer."""
    if "anyOf" in schema:
        return {name for one in schema["anyOf"] for name in types_of(one)}
    kind = resolved(schema)["type"]
    return {kind, "integer"} if kind == "number" else {kind}


def example(schema: Mapping[str, Any]) -> Any:
    """Return the smallest valid value."""
    target = resolved(schema)
    if "enum" in target:
        return target["enum"][0]
    match target["type"]:
        case "object":
            return {name: example(target["properties"][name]) for name in target.get("required", [])}
        case "array":
            return [example(target["items"])]
        case "string":
            return ID if "0-7" in target.get("pattern", "") else "audio/mpeg"
    return max(1, target.get("minimum", 1))


@dataclass(frozen=True)
class Field:
    """A field of a body, with the path to it."""

    method: str
    path: str
    way: tuple[str | int, ...]
    schema: Mapping[str, Any]

    @property
    def name(self) -> str:
        return ".".join(map(str, self.way))

    def takes(self, value: object) -> bool:
        """Return whether such a value has a type that is valid here, so it is no attack."""
        return JSON_TYPES[type(value)] in types_of(self.schema) and not isinstance(value, dict | list)

    def body_with(self, value: object) -> Any:
        """Return a body that is valid except for this field."""
        body = example(body_schema(self.method, self.path))
        return _set(body, body_schema(self.method, self.path), self.way, value)


def _set(body: Any, schema: Mapping[str, Any], way: tuple[str | int, ...], value: object) -> Any:
    if not way:
        return value
    target, (step, *rest) = resolved(schema), way
    if isinstance(step, int):
        return [_set(body[0] if body else example(target["items"]), target["items"], tuple(rest), value)]
    inner = target.get("properties", {}).get(step, {"type": "string"})
    return {**body, step: _set(body.get(step, example(inner)), inner, tuple(rest), value)}


def body_schema(method: str, path: str) -> Mapping[str, Any]:
    content = document()["paths"][path][method]["requestBody"]["content"]
    schema: Mapping[str, Any] = content["application/json"]["schema"]
    return schema


def fields_under(method: str, path: str, schema: Mapping[str, Any], way: tuple[str | int, ...] = ()) -> Iterator[Field]:
    target = resolved(schema)
    if way and target["type"] != "object":
        yield Field(method, path, way, schema)
    if target["type"] == "array":
        yield from fields_under(method, path, target["items"], (*way, 0))
    for name, inner in target.get("properties", {}).items():
        yield from fields_under(method, path, inner, (*way, name))
    if target.get("additionalProperties"):  # Uppy's metadata: any names, of which these are read
        for name in FileMetadata.model_fields:
            yield Field(method, path, (*way, name), A_FILE["properties"][name])
        for name in ("size", "chunkSize"):
            yield Field(
                method, path, (*way, name), {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}
            )


A_FILE = document()["components"]["schemas"]["UploadRequest"]
FIELDS = [
    field
    for path, operations in document()["paths"].items()
    for method, operation in operations.items()
    if "requestBody" in operation
    for field in fields_under(method, path, body_schema(method, path))
]


def refused(answer: TestResponse, name: str) -> bool:
    """Return whether the answer blames exactly this field, in the request or in its only row."""
    body = answer.get_json(force=True)
    problem = body["results"][0]["error"] if answer.status_code == 200 else body
    named = {"uploads"} if answer.status_code == 200 and name == "uploads" else set[str]()
    named |= {error["field"] for error in problem["errors"]}
    return problem["status"] in (400, 422) and any(_is_of(one, name) for one in named)


def _is_of(field: str, name: str) -> bool:
    # Of a row its place in the batch is not told again, nor of Uppy's metadata where they stand. A field of several
    # types has one complaint of each, with the type behind it.
    ends = (name, name.removeprefix("uploads.0."), name.removeprefix("metadata."))
    return any(field == end or field.startswith(f"{end}.") for end in ends)


def test_the_document_names_the_fields() -> None:
    """The fields of every call with a body are here; otherwise the tests below would prove nothing."""
    takers = {
        (path, method) for path, ways in document()["paths"].items() for method in ways if "requestBody" in ways[method]
    }

    assert {(field.path, field.method) for field in FIELDS} == takers
    assert {"mood", "checksum.algorithm", "uploads.0.tags.0", "query.q", "parts.0.etag", "Records.0.s3.object.key"} <= {
        field.name for field in FIELDS
    }


@pytest.mark.parametrize("field_of", FIELDS, ids=lambda field: f"{field.method} {field.path} {field.name}")
def test_no_field_of_a_body_takes_an_operator(world_of: Callable[[str], World], field_of: Field) -> None:
    """400 or 422 that names the field, and no command reaches the database."""
    world, path = world_of(field_of.path), with_ids(field_of.path)
    tried = [value for value in HOSTILE if not field_of.takes(value)]
    if "array" in types_of(field_of.schema):
        tried = [value for value in tried if not isinstance(value, list) or value == [{"$ne": ""}]]

    with world.heard() as sent:
        answers = [(value, world.ask(field_of.method.upper(), path, field_of.body_with(value))) for value in tried]

    wrong = [
        (value, answer.status_code, answer.text[:300])
        for value, answer in answers
        if not refused(answer, field_of.name)
    ]
    assert wrong == []
    assert sent == []
    assert len(tried) >= len(OPERATORS)


# --- addresses -------------------------------------------------------------------------------------
QUERIES = [
    (method.upper(), path, parameter["name"], parameter["schema"])
    for path, operations in document()["paths"].items()
    for method, operation in operations.items()
    for parameter in operation.get("parameters", [])
    if parameter["in"] == "query"
]
CALLS = sorted({(method.upper(), path) for path, ways in document()["paths"].items() for method in ways})


def address(path: str, query: Mapping[str, str]) -> str:
    return with_ids(path) + "?" + urlencode(query)


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_no_call_takes_an_operator_for_a_parameter(world_of: Callable[[str], World], method: str, path: str) -> None:
    """In the syntax that PHP and Express turn into objects: refused as unknown, and nothing is queried."""
    world = world_of(path)
    known = [name for one, its, name, _ in QUERIES if (one, its) == (method, path)]
    names = [
        f"{name}{end}" for name in (*known, "owner", "_id") for end in ("[$ne]", "[$gt]", "[$regex]", "[]", ".$ne")
    ]
    names += [operator for one in OPERATORS for operator in one]

    with world.heard() as sent:
        statuses = {name: world.ask(method, address(path, {name: "x"})).status_code for name in names}

    # What else a provider sends with the person is ignored; here there is no provider of that name.
    right = (404, 422) if path.startswith("/api/auth/callback/") else (400, 422)
    assert {name: status for name, status in statuses.items() if status not in right} == {}
    assert sent == []


def keys_in(value: object) -> set[str]:
    """Return the names in a command, at any depth, without its values."""
    if isinstance(value, Mapping):
        return set(value) | {name for inner in value.values() for name in keys_in(inner)}
    if isinstance(value, list | tuple):
        return {name for inner in value for name in keys_in(inner)}
    return set()


def asked(world: World, method: str, target: str) -> tuple[int, set[str]]:
    """Return the status, and all names in the commands that the request caused."""
    with world.heard() as sent:
        status = world.ask(method, target).status_code
    return status, {name for _, command in sent for name in keys_in(command) - {"lsid", "$clusterTime"}}


@pytest.mark.parametrize(
    ("method", "path", "name", "schema"), QUERIES, ids=lambda one: one if isinstance(one, str) else ""
)
def test_a_parameter_stays_a_text(
    world_of: Callable[[str], World], method: str, path: str, name: str, schema: Mapping[str, Any]
) -> None:
    """JSON in it is searched for as text: the commands have the same names as for a plain word."""
    world = world_of(path)
    others = {one["name"]: str(example(one["schema"])) for one in required_of(method, path)}
    usual = set[str]()
    for plain in ("uploads/u1/a b", "ne", "sleep 5000 true", "in a b"):
        usual |= asked(world, method, address(path, {**others, name: plain}))[1]
    for operator in OPERATORS:
        status, names = asked(world, method, address(path, {**others, name: json.dumps(operator)}))

        assert status < 500
        assert names <= usual, operator
        if status in (400, 422):
            assert names == set()


def required_of(method: str, path: str) -> list[Mapping[str, Any]]:
    parameters = document()["paths"][path][method.lower()].get("parameters", [])
    return [one for one in parameters if one["in"] == "query" and one.get("required")]


BY_ID = [(method, path) for method, path in CALLS if "{" in path]


@pytest.mark.parametrize(("method", "path"), BY_ID)
def test_an_id_in_an_address_stays_a_text(world_of: Callable[[str], World], method: str, path: str) -> None:
    """For an invalid id there is no upload."""
    world = world_of(path)
    for operator in OPERATORS:
        text = quote(json.dumps(operator), safe="")
        status, names = asked(world, method, with_ids(path, text))

        assert status in (400, 404, 415, 422)
        assert operator.keys() & names == set()
