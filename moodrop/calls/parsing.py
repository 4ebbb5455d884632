"""Parses the service's JSON into the types of model.py. Unknown fields are ignored: a newer service may send more."""

import math
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
    """Return the value as this type. Raises ServerUnknown if a field is missing or has another type."""
    try:
        return typing.cast(T, _convert(kind, value))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise ServerUnknown(f"the answer is not from Moodrop's API v1: no {kind.__name__} ({error})") from error


def _convert(kind: Any, value: Any) -> Any:
    origin = typing.get_origin(kind)
    arguments = typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return None if value is None else _convert(arguments[0], value)
    if origin is tuple:
        return tuple(_convert(arguments[0], row) for row in _checked(list, value))
    if origin is dict:
        return {_text(name): _convert(arguments[1], each) for name, each in _checked(dict, value).items()}
    if origin is typing.Literal:
        return _text(value)  # a newer service may know more words
    if kind is datetime:
        return _time(value)
    if kind is float:
        return _finite(value)
    if kind is str:
        return _text(value)
    if is_dataclass(kind):
        return _dataclass(kind, value)
    return _checked(kind, value)


def _text(value: Any) -> str:
    text: str = _checked(str, value)
    text.encode()  # raises if half of a surrogate pair is left
    return text


def _time(value: Any) -> datetime:
    time = datetime.fromisoformat(value)
    if time.tzinfo is None:
        raise ValueError(f"{value!r:.40} has no time zone")
    return time


def _finite(value: Any) -> float:
    number = float(_checked(int, value) if isinstance(value, int) else _checked(float, value))
    if not math.isfinite(number):
        raise ValueError(f"{value!r:.40} is not a number")
    return number


def _checked(kind: type, value: Any) -> Any:
    # In Python alone, True is an int.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{value!r:.40} where {kind.__name__} is expected")
    return value


def _dataclass(kind: Any, value: Mapping[str, Any]) -> Any:
    given = {
        field.name: _convert(hint, value[field.name])
        for field, hint in _fields_of(kind)
        # Null means our default, if there is one.
        if field.default is MISSING or value.get(field.name) is not None
    }
    return kind(**given)


@cache
def _fields_of(kind: Any) -> list[tuple[Field[Any], Any]]:
    hints = typing.get_type_hints(kind)
    return [(field, hints[field.name]) for field in fields(kind)]


def rows_of(content: Mapping[str, Any], name: str, *, count: int | None = None) -> list[Mapping[str, Any]]:
    """Return the rows under `name`. Raises ServerUnknown if there are none, or not `count` of them."""
    rows = content.get(name) if isinstance(content, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or count not in (None, len(rows)):
        raise ServerUnknown(f"the answer is not from Moodrop's API v1: its {name} are not what was asked for")
    return rows


def error_of(row: Mapping[str, Any]) -> MoodropError | None:
    """Return the error of one row of many, or None if the row succeeded."""
    problem = row.get("error")
    if not problem:
        return None
    status = problem.get("status") if isinstance(problem, dict) else None
    return parse_problem(problem, status if isinstance(status, int) else 0)


def parse_problem(body: Any, status: int, *, retry_after_s: float | None = None) -> MoodropError:
    """Return the error for a problem (RFC 9457) of the service; ServerUnknown if the service never sends such a one."""
    if not isinstance(body, dict) or not isinstance(body.get("code"), str):
        return ServerUnknown(f"the server answers {status}, but not as Moodrop does", status=status)
    if body["code"] in ("route_not_found", "method_not_allowed"):
        return ServerUnknown(f"the service has another version: {body.get('detail')}", status=status)
    field_errors = _field_errors(body.get("errors"))
    return FAMILIES.get(status, ServiceError)(
        _detail(body, field_errors),
        code=body["code"],
        hint=str(body.get("hint") or ""),
        retryable=bool(body.get("retryable")),
        status=status,
        request_id=None if body.get("request_id") is None else str(body["request_id"]),
        retry_after_s=retry_after_s,
        fields=field_errors,
    )


def _field_errors(rows: Any) -> tuple[FieldError, ...]:
    if not isinstance(rows, list):
        return ()
    return tuple(FieldError(str(row.get("field")), str(row.get("message"))) for row in rows if isinstance(row, dict))


def _detail(body: Mapping[str, Any], field_errors: tuple[FieldError, ...]) -> str:
    """Return the detail, followed by the field errors unless it contains them already."""
    detail = str(body.get("detail") or body.get("title") or body["code"])
    if all(error.message in detail for error in field_errors):
        return detail
    messages = "; ".join(f"{error.field}: {error.message}" for error in field_errors)
    return f"{detail} ({messages})"
