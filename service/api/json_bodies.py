"""How a JSON body is read: strictly, and counted before it is made into objects, so that none costs more than it may.

A byte of JSON can become a hundred of Python: eight megabytes of '[],' are 170 MB, and so many fields that are not
known an answer of 40 MB.
"""

import json
import re
from typing import Any, NoReturn

from service.errors import InvalidJson, ValidationFailed

# Texts, lists, objects and commas. The largest body that is meant has 1000 rows with 20 tags each: some 130,000.
MAX_PIECES = 200_000
# Of one object. Those of ours have 15; Uppy's metadata and the store's events hold what others put there.
MAX_FIELDS = 100

# A text is one piece, whatever commas are in it.
_PIECE = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[,\[{]', re.DOTALL)


def read_json(data: bytes) -> dict[str, Any]:
    """The object that the body holds. Raises InvalidJson, and ValidationFailed for one that holds too much."""
    if _is_crowded(data):
        raise ValidationFailed(f"the body holds more than {MAX_PIECES} values")
    try:
        value = json.loads(data, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidJson(f"the body is not JSON: {str(error)[:200]}") from error
    if not isinstance(value, dict):
        raise InvalidJson("the body must be a JSON object")
    return value


def _is_crowded(data: bytes) -> bool:
    # Most bodies are let through by counting bytes alone, which takes a millisecond for a megabyte.
    if data.count(b",") + data.count(b"[") + data.count(b"{") + data.count(b'"') // 2 <= MAX_PIECES:
        return False
    return any(count > MAX_PIECES for count, _ in enumerate(_PIECE.finditer(data)))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_FIELDS:
        raise ValidationFailed(f"an object has {len(pairs)} fields, and the most that one may have is {MAX_FIELDS}")
    # Two readers of the same body would differ over which of the two counts.
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a field is given twice")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
