"""Uppy's file.meta: texts mostly, whatever they were, and more of them than we know."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from service.companion.usecases.uploads import FileToCome
from service.shared.api.problems import validation_failed
from service.shared.errors import FieldError, ValidationFailed
from service.uploads.metadata import FileMetadata

# How Uppy writes into an address what is not there.
_NOTHING = (None, "", "null", "undefined")
_DIGITS = re.compile(r"0|[1-9][0-9]{0,15}")
_DECIMAL = re.compile(r"[0-9]{1,16}(\.[0-9]{1,16})?")
_IN_QUERY = re.compile(r"metadata\[(.+)\]")


def file_to_come(filename: str, content_type: str, meta: Mapping[str, Any]) -> FileToCome:
    """What the client says of its file. Raises ValidationFailed."""
    said = {name: value for name, value in meta.items() if value not in _NOTHING}
    return FileToCome(
        filename,
        content_type or None,
        _metadata(said),
        size_bytes=_bytes(said, "size"),
        chunk_bytes=_bytes(said, "chunkSize") or 0,
    )


def in_query(arguments: Mapping[str, str]) -> dict[str, str]:
    """What an address says as metadata[name]=value, by name."""
    return {found[1]: value for name, value in arguments.items() if (found := _IN_QUERY.fullmatch(name))}


def is_in_query(name: str) -> bool:
    """Whether a parameter of that name is metadata."""
    return _IN_QUERY.fullmatch(name) is not None


def _metadata(said: Mapping[str, Any]) -> FileMetadata:
    known = {name: value for name, value in said.items() if name in FileMetadata.model_fields}
    if isinstance(known.get("tags"), str):  # an array, once it went through an address
        known["tags"] = [tag for part in known["tags"].split(",") if (tag := part.strip())]
    if isinstance(duration := known.get("duration_seconds"), str) and _DECIMAL.fullmatch(duration):
        known["duration_seconds"] = float(duration)
    try:
        return FileMetadata.model_validate(known)
    except ValidationError as error:
        raise validation_failed(error) from error


def _bytes(said: Mapping[str, Any], name: str) -> int | None:
    if name not in said:
        return None
    value = said[name]
    if isinstance(value, bool) or not _DIGITS.fullmatch(str(value)):
        message = "must be a number of bytes, in digits"
        raise ValidationFailed(f"metadata.{name}: {message}", fields=(FieldError(f"metadata.{name}", message),))
    return int(value)
