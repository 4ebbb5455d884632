"""An Upload as a MongoDB document and back. Field names are the same; metadata lies flat beside them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from operator import attrgetter
from typing import Any

from service.uploads.metadata import FileMetadata
from service.uploads.model import (
    Checksum,
    RecordedObject,
    TransferKind,
    Upload,
    UploadStatus,
)

_UPLOAD_FIELDS = tuple(field.name for field in fields(Upload) if field.name not in ("upload_id", "metadata"))
_METADATA_FIELDS = tuple(FileMetadata.model_fields)
# What a RecordedObject is made of.
RECORDED_FIELDS = ("object_key", "status", "etag", "version_id", "confirmed_at")


def _same(value: Any) -> Any:
    return value


def _said(metadata: FileMetadata) -> dict[str, Any]:
    # As model_dump(exclude_none=True), in half the time.
    return {name: value for name, value in vars(metadata).items() if value is not None}


# What BSON does not know, by its exact type: quicker than to ask of each value what it is an instance of.
_CONVERTED: dict[type, Callable[[Any], Any]] = {
    UploadStatus: attrgetter("value"),
    TransferKind: attrgetter("value"),
    Checksum: asdict,
    FileMetadata: _said,
}


def to_document(upload: Upload) -> dict[str, Any]:
    """The whole document; fields that are None are left out."""
    named = {name: value for name in _UPLOAD_FIELDS if (value := getattr(upload, name)) is not None}
    return {"_id": upload.upload_id, **to_fields(named), **_said(upload.metadata)}


def to_fields(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Some fields of Upload in MongoDB's types. None entries of `metadata` are left out, others kept."""
    flat = {name: _CONVERTED.get(type(value), _same)(value) for name, value in changes.items()}
    metadata = flat.pop("metadata", {})
    return {**flat, **metadata}


def to_update(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The update that sets these fields of Upload, and removes those that are None."""
    fields_ = to_fields(changes)
    update: dict[str, Any] = {"$set": {name: value for name, value in fields_.items() if value is not None}}
    unset = {name: "" for name, value in fields_.items() if value is None}
    return {**update, "$unset": unset} if unset else update


def to_expected(expected: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that must have these values. A document older than revisions has the revision 0."""
    fields_ = to_fields(expected)
    return {name: {"$in": [0, None]} if (name, value) == ("revision", 0) else value for name, value in fields_.items()}


def from_document(document: Mapping[str, Any]) -> Upload:
    """The upload of a document that `to_document` made; fields it does not know are ignored."""
    values = {name: document[name] for name in _UPLOAD_FIELDS if name in document}
    checksum = document.get("checksum")
    metadata = {name: document[name] for name in _METADATA_FIELDS if name in document}
    return Upload(
        **{
            **values,
            "upload_id": document["_id"],
            "status": UploadStatus(document["status"]),
            "kind": TransferKind(document["kind"]),
            # What is in the database was validated on its way in.
            "metadata": FileMetadata.model_construct(**metadata),
            "checksum": Checksum(**checksum) if checksum else None,
            "words": tuple(document.get("words", ())),
            "expires_at": document.get("expires_at"),
        }
    )


def to_recorded(document: Mapping[str, Any]) -> RecordedObject:
    """What a document with RECORDED_FIELDS says of its object."""
    status = UploadStatus(document["status"])
    facts = (document.get(name) for name in ("etag", "version_id", "confirmed_at"))
    return RecordedObject(document["object_key"], document["_id"], status, *facts)
