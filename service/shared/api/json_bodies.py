"""Reads JSON bodies strictly, and counts their values before it builds objects, so that no body costs too much memory.

One byte of JSON can become a hundred bytes in Python: eight megabytes of '[],' become 170 MB, and eight megabytes of
unknown fields an answer of 40 MB.
"""

import json
import re
from typing import Any, NoReturn

from service.shared.errors import InvalidJson, ValidationFailed

# Counts strings, lists, objects and commas. The largest legitimate body, 1000 rows of 20 tags, has some 130,000.
MAX_PIECES = 200_000
# Of one object. Ours have 15, but others decide what Uppy's metadata and the store's events contain. MinIO accepts
# 2 kB of metadata headers, at most 160. If an event is refused, MinIO repeats it for ever and sends no later one.
MAX_FIELDS = 200

# A string counts as one piece, whatever commas it contains.
_PIECE = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[,\[{]', re.DOTALL)


def read_json(data: bytes) -> dict[str, Any]:
    """Return the object in the body. Raises InvalidJson, and ValidationFailed if it holds too many values."""
    if _is_crowded(data):
        raise ValidationFailed(f"the body holds more than {MAX_PIECES} values")
    try:
        if b"\0" in data:
            raise InvalidJson("the body is not UTF-8: it has NUL bytes")
        # The standard's one encoding. json.loads would take UTF-16 too, whose bytes are not the pieces counted here.
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise InvalidJson(f"the body is not UTF-8: byte {error.start + 1} cannot be read") from error
    except (ValueError, RecursionError) as error:
        raise InvalidJson(f"the body is not JSON: {str(error)[:200]}") from error
    if not isinstance(value, dict):
        raise InvalidJson("the body must be a JSON object")
    return value


def _is_crowded(data: bytes) -> bool:
    # Counting bytes, a millisecond per megabyte, is enough to accept most bodies.
    if data.count(b",") + data.count(b"[") + data.count(b"{") + data.count(b'"') // 2 <= MAX_PIECES:
        return False
    return any(count > MAX_PIECES for count, _ in enumerate(_PIECE.finditer(data)))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_FIELDS:
        raise ValidationFailed(f"an object has {len(pairs)} fields, and the most that one may have is {MAX_FIELDS}")
    # Two readers of the same body could disagree on which value counts.
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a field appears twice")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
