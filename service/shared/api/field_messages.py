"""Says in plain words what is wrong with a field: pydantic names its own types and shows regular expressions."""

from collections.abc import Callable, Mapping
from typing import Any

from service.shared.api.schemas import CONTENT_TYPE_PATTERN, ID_PATTERN, MAX_SIZES, SIZES_PATTERN
from service.shared.model import LINE

_OF_PATTERNS = {
    ID_PATTERN: "is not an id: ids have 26 characters, such as 01M8HVZZZPS43BHXZY4CJE6NNW",
    CONTENT_TYPE_PATTERN: "must be a type such as audio/mpeg or audio/*",
    SIZES_PATTERN: f"must be a size in bytes, or up to {MAX_SIZES} of them with commas between",
    LINE: "must be one line without control characters",
    r"/$": "must end with /",
}
_OF_TYPES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "is required",
    "extra_forbidden": lambda _: "is not a known field",
    "string_type": lambda _: "must be text",
    "string_unicode": lambda _: "must be valid Unicode text",
    "string_too_short": lambda limit: _at_least(limit["min_length"], "character"),
    "string_too_long": lambda limit: _at_most(limit["max_length"], "character"),
    "string_pattern_mismatch": lambda limit: _OF_PATTERNS.get(limit["pattern"], "has characters that are not allowed"),
    "too_short": lambda limit: _at_least(limit["min_length"], "item"),
    "too_long": lambda limit: _at_most(limit["max_length"], "item"),
    "list_type": lambda _: "must be a list",
    "dict_type": lambda _: "must be an object",
    "model_type": lambda _: "must be an object",
    "model_attributes_type": lambda _: "must be an object",
    "bool_type": lambda _: "must be true or false",
    "int_type": lambda _: "must be a whole number",
    "int_parsing": lambda _: "must be a whole number",
    "int_from_float": lambda _: "must be a whole number",
    "float_type": lambda _: "must be a number",
    "finite_number": lambda _: "must be a finite number",
    "greater_than_equal": lambda limit: f"must be {limit['ge']:.15g} or more",
    "less_than_equal": lambda limit: f"must be {limit['le']:.15g} or less",
    "less_than": lambda limit: f"must be less than {limit['lt']}",
    "literal_error": lambda limit: f"must be {limit['expected']}",
}


def message_of(error: Mapping[str, Any]) -> str:
    """Return the rule that one of pydantic's errors is about, worded to follow the field's name."""
    say = _OF_TYPES.get(error["type"])
    # Ours are ValueErrors, whose text is the rule.
    return say(error.get("ctx", {})) if say else str(error["msg"]).removeprefix("Value error, ")


def _at_least(count: int, what: str) -> str:
    return "must not be empty" if count == 1 else f"must have at least {count} {what}s"


def _at_most(count: int, what: str) -> str:
    return f"must have at most {count} {what}s"
