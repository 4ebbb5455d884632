"""Tells a person which settings are wrong, all of them at once."""

from typing import Any

from pydantic import ValidationError

# pydantic's own words are for programmers.
_WORDS = {
    "int_parsing": "must be a whole number, without a unit",
    "int_from_float": "must be a whole number, without a unit",
    "bool_parsing": "must be 1 or 0",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "missing": "must be set",
}


def describe(error: ValidationError) -> str:
    """Return a line for each wrong setting: its name and what is wrong. Shows no secret."""
    return "\n".join(f"  {_name(problem['loc'])}{_words(problem)}" for problem in error.errors())


def _name(location: tuple[int | str, ...]) -> str:
    return f"{str(location[0]).upper()}: " if location else ""


def _words(problem: Any) -> str:
    words = _WORDS.get(problem["type"], "").format(**problem.get("ctx", {}))
    return words or problem["msg"].removeprefix("Value error, ")
