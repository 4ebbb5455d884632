"""The steps of the collection: calls to the service, and requests to the store by presigned URLs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class Example:
    """Stands in a body for the example of one of the document's schemas, with changes."""

    def __init__(self, schema: str, **changes: Any) -> None:
        self.schema = schema
        self.changes = changes


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request. Scripts are JavaScript as Postman runs it; in `checks` and `saves`, `answer` is the JSON."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    before: Sequence[str] = ()
    checks: Mapping[str, str] = field(default_factory=dict)  # description -> assertion
    saves: Mapping[str, str] = field(default_factory=dict)  # variable of the collection -> its value


@dataclass(frozen=True, kw_only=True)
class Call(Step):
    """A call of one of the document's operations, with its name, description and parameters from there."""

    operation: str  # "POST /v1/uploads/{upload_id}/confirm"
    case: str = ""  # distinguishes calls of the same operation
    path: Mapping[str, str] = field(default_factory=dict)  # by default, the variable of that name
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    token: str | None = None  # in place of the environment's


@dataclass(frozen=True, kw_only=True)
class ToStore(Step):
    """A request by a presigned URL, which needs no token."""

    name: str
    description: str
    method: str
    url: str  # the variable that holds it
    body: str | None = None


@dataclass(frozen=True)
class Folder:
    name: str
    steps: Sequence[Call | ToStore]
