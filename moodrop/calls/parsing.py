"""JSON of the service into the types of model.py. Unknown fields are left out: a newer service may tell more."""

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
    """Raises ServerUnknown where a field is missing or of another type."""
    try:
        return typing.cast(T, _convert(kind, value))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise ServerUnknown(f"the answer is not one of Moodrop's API v1: no {kind.__name__} ({error})") from error


def _convert(kind: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
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
    told = datetime.fromisoformat(value)
    if told.tzinfo is None:
        raise ValueError(f"{value!r:.40} is in no time zone")
    return told


def _finite(value: Any) -> float:
    number = float(_checked(int, value) if isinstance(value, int) else _checked(float, value))
    if not math.isfinite(number):
        raise ValueError(f"{value!r:.40} is no number")
    return number


def _checked(kind: type, value: Any) -> Any:
    # Only Python takes True for an int.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
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
    rows = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or count not in (None, len(rows)):
        raise ServerUnknown(f"the answer is not one of Moodrop's API v1: its {name} are not what was asked for")
    return rows


def error_of(row: Mapping[str, Any]) -> MoodropError | None:
    """What went wrong with one of many, as its row tells."""
    problem = row.get("error")
    if not problem:
        return None
    status = problem.get("status") if isinstance(problem, dict) else None
    return parse_problem(problem, status if isinstance(status, int) else 0)


def parse_problem(body: Any, status: int, *, retry_after_s: float | None = None) -> MoodropError:
    """The error that a problem (RFC 9457) of the service is; ServerUnknown where it is not one of its."""
    if not isinstance(body, dict) or not isinstance(body.get("code"), str):
        return ServerUnknown(f"the server answers {status}, and not as Moodrop does", status=status)
    if body["code"] in ("route_not_found", "method_not_allowed"):
        return ServerUnknown(f"the service is of another version: {body.get('detail')}", status=status)
    told = body.get("errors")
    rows = [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
    named = tuple(FieldError(str(row.get("field")), str(row.get("message"))) for row in rows)
    said = "; ".join(f"{row.field}: {row.message}" for row in named)
    detail = str(body.get("detail") or body.get("title") or body["code"])
    is_said = all(row.message in detail for row in named)
    return FAMILIES.get(status, ServiceError)(
        detail if is_said else f"{detail} ({said})",
        code=body["code"],
        hint=str(body.get("hint") or ""),
        retryable=bool(body.get("retryable")),
        status=status,
        request_id=None if body.get("request_id") is None else str(body["request_id"]),
        retry_after_s=retry_after_s,
        fields=named,
    )
