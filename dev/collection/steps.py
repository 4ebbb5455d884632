"""What a step of the collection is: a call to the service, or a request to the store by a URL of the service's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class Example:
    """The example of a schema of the document, field by field, with changes; wherever it stands in a body."""

    def __init__(self, schema: str, **changes: Any) -> None:
        self.schema = schema
        self.changes = changes


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request. Scripts are JavaScript as Postman runs it; in `checks` and `saves`, `answer` is the JSON."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    before: Sequence[str] = ()
    checks: Mapping[str, str] = field(default_factory=dict)  # what holds -> how it is looked at
    saves: Mapping[str, str] = field(default_factory=dict)  # variable of the collection -> its value


@dataclass(frozen=True, kw_only=True)
class Call(Step):
    """An operation of the document. Its name, description and parameters are taken from there."""

    operation: str  # "POST /v1/uploads/{upload_id}/confirm"
    case: str = ""  # what tells it from another call of the same operation
    path: Mapping[str, str] = field(default_factory=dict)  # a parameter that is not named here is its own variable
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    token: str | None = None  # in place of the environment's


@dataclass(frozen=True, kw_only=True)
class ToStore(Step):
    """A request by a presigned URL: without a token, for the URL is one."""

    name: str
    description: str
    method: str
    url: str  # the variable that holds it
    body: str | None = None


@dataclass(frozen=True)
class Folder:
    name: str
    steps: Sequence[Call | ToStore]
