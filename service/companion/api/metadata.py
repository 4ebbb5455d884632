"""Reads Uppy's file.meta, where most values are strings and some fields are unknown to the service."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from service.companion.usecases.uploads import FileToCome
from service.shared.api.problems import validation_failed
from service.shared.errors import FieldError, ValidationFailed
from service.uploads.metadata import FileMetadata

# How Uppy writes a missing value into an address.
_NOTHING = (None, "", "null", "undefined")
_DIGITS = re.compile(r"0|[1-9][0-9]{0,15}")
_DECIMAL = re.compile(r"[0-9]{1,16}(\.[0-9]{1,16})?")
_IN_QUERY = re.compile(r"metadata\[(.+)\]")


def file_to_come(filename: str, content_type: str, meta: Mapping[str, Any]) -> FileToCome:
    """Return what the client declares about its file. Raises ValidationFailed."""
    declared = {name: value for name, value in meta.items() if value not in _NOTHING}
    return FileToCome(
        filename,
        content_type or None,
        _metadata(declared),
        size_bytes=_bytes(declared, "size"),
        chunk_bytes=_bytes(declared, "chunkSize") or 0,
    )


def in_query(arguments: Mapping[str, str]) -> dict[str, str]:
    """Return by name what an address declares as metadata[name]=value."""
    return {match[1]: value for name, value in arguments.items() if (match := _IN_QUERY.fullmatch(name))}


def is_in_query(name: str) -> bool:
    """Return whether a parameter of that name is metadata."""
    return _IN_QUERY.fullmatch(name) is not None


def _metadata(declared: Mapping[str, Any]) -> FileMetadata:
    known = {name: value for name, value in declared.items() if name in FileMetadata.model_fields}
    if isinstance(known.get("tags"), str):  # an array that went through an address
        known["tags"] = [tag for part in known["tags"].split(",") if (tag := part.strip())]
    if isinstance(duration := known.get("duration_seconds"), str) and _DECIMAL.fullmatch(duration):
        known["duration_seconds"] = float(duration)
    try:
        return FileMetadata.model_validate(known)
    except ValidationError as error:
        raise validation_failed(error) from error


def _bytes(declared: Mapping[str, Any], name: str) -> int | None:
    if name not in declared:
        return None
    value = declared[name]
    if isinstance(value, bool) or not _DIGITS.fullmatch(str(value)):
        message = "must be a number of bytes, in digits"
        raise ValidationFailed(f"metadata.{name}: {message}", fields=(FieldError(f"metadata.{name}", message),))
    return int(value)
