"""JSON of the service into the types of model.py. Unknown fields are left out: a newer service may tell more."""

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from moodrop.errors import FAMILIES, FieldError, MoodropError, ServerUnknown, ServiceError

T = TypeVar("T")


def parse(kind: type[T], value: Any) -> T:
    """Raises ServerUnknown where a field is missing or of another type."""
    try:
        return typing.cast(T, _convert(kind, value))
    except (KeyError, TypeError, ValueError) as error:
        raise ServerUnknown(f"the answer is not one of Moodrop's API v1: no {kind.__name__} ({error})") from error


def _convert(kind: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return None if value is None else _convert(arguments[0], value)
    if origin is tuple:
        return tuple(_convert(arguments[0], row) for row in _checked(list, value))
    if origin is dict:
        return dict(_checked(dict, value))
    if origin is typing.Literal:
        return _checked(str, value)  # a newer service may know more words
    if kind is datetime:
        return datetime.fromisoformat(value)
    if is_dataclass(kind):
        return _dataclass(kind, value)
    return _checked(kind, value)


def _checked(kind: type, value: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r:.40} where {kind.__name__} is expected")
    return value


def _dataclass(kind: Any, value: Mapping[str, Any]) -> Any:
    given = {
        field.name: _convert(hint, value[field.name])
        for field, hint in _fields_of(kind)
        # Null where we have a default is the default.
        if field.default is MISSING or value.get(field.name) is not None
    }
    return kind(**given)


@cache
def _fields_of(kind: Any) -> list[tuple[Field[Any], Any]]:
    hints = typing.get_type_hints(kind)
    return [(field, hints[field.name]) for field in fields(kind)]


def rows_of(answer: Mapping[str, Any], name: str, *, count: int | None = None) -> list[Mapping[str, Any]]:
    """The rows of an answer, as many as were asked for. Raises ServerUnknown where it has none such."""
    rows = answer.get(name)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or count not in (None, len(rows)):
        raise ServerUnknown(f"the answer is not one of Moodrop's API v1: its {name} are not what was asked for")
    return rows


def error_of(row: Mapping[str, Any]) -> MoodropError | None:
    """What went wrong with one of many, as its row tells."""
    problem = row.get("error")
    if not problem:
        return None
    return parse_problem(problem, problem.get("status", 0) if isinstance(problem, dict) else 0)


def parse_problem(body: Any, status: int, *, retry_after_s: float | None = None) -> MoodropError:
    """The error that a problem (RFC 9457) of the service is; ServerUnknown where it is not one of its."""
    if not isinstance(body, dict) or not isinstance(body.get("code"), str):
        return ServerUnknown(f"the server answers {status}, and not as Moodrop does", status=status)
    if body["code"] in ("route_not_found", "method_not_allowed"):
        return ServerUnknown(f"the service is of another version: {body.get('detail')}", status=status)
    rows = [row for row in body.get("errors") or () if isinstance(row, dict)]
    named = tuple(FieldError(str(row.get("field")), str(row.get("message"))) for row in rows)
    said = "; ".join(f"{row.field}: {row.message}" for row in named)
    detail = str(body.get("detail") or body.get("title") or body["code"])
    return FAMILIES.get(status, ServiceError)(
        f"{detail} ({said})" if said else detail,
        code=body["code"],
        hint=str(body.get("hint") or ""),
        retryable=bool(body.get("retryable")),
        status=status,
        request_id=body.get("request_id"),
        retry_after_s=retry_after_s,
        fields=named,
    )
