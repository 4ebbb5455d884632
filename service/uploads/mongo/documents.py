"""An Upload as a MongoDB document and back: every field flat, nearly all under their own names."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, fields
from operator import attrgetter, itemgetter
from typing import Any

from service.store.places import FIRST, place_in, split_place
from service.uploads.derived import Derived, DerivedState, OutboxEvent, Thumbnail
from service.uploads.metadata import FileMetadata
from service.uploads.model import (
    Checksum,
    LeftCopy,
    MultipartState,
    RecordedObject,
    StagedState,
    TransferKind,
    Upload,
    UploadChanges,
    UploadState,
    UploadStatus,
)
from service.uploads.mongo.summaries import TEXT, pack

# A document without these has none of them: most have nothing to tell, and older ones know nothing of it.
_ABSENT_IF_EMPTY = ("outbox", "derived_revision")
_NESTED = ("metadata", "multipart", "staged")
_UPLOAD_FIELDS = tuple(field.name for field in fields(Upload) if field.name not in ("upload_id", *_NESTED))
_field_values = attrgetter(*_UPLOAD_FIELDS)
_MULTIPART_FIELDS = tuple(field.name for field in fields(MultipartState))
_STAGED_FIELDS = tuple(field.name for field in fields(StagedState))
# Documents keep the name that older versions gave to `next_check_at`.
NEXT_CHECK_AT = "look_at"
_METADATA_FIELDS = tuple(FileMetadata.model_fields)
_NO_METADATA: dict[str, Any] = dict.fromkeys(_METADATA_FIELDS)
# How a document says that these are unknown: it has each of them, because queries compare them.
_UNKNOWN: dict[str, Any] = {"content_type": "", "size_bytes": -1}
# What `_to_bson` has to see even if it is None.
_CONVERTED_IF_NONE = frozenset((*_UNKNOWN, "derived"))
_MULTIPART, _STAGED = TransferKind.MULTIPART, TransferKind.STAGED
# What an UploadState and a RecordedObject are made of.
STATE_FIELDS = ("owner", "status", "size_bytes")
RECORDED_FIELDS = (
    *("object_key", "status", "etag", "version_id", "confirmed_at", "moved_at"),
    *("size_bytes", "bucket", "store"),
)


def _defaults(kind: type[Any]) -> dict[str, Any]:
    """Return what each field of a dataclass is if a document lacks it: its default, or None."""
    return {field.name: None if field.default is MISSING else field.default for field in fields(kind)}


# A page has a hundred files, and each becomes an Upload: to take all values in order and to look the enums up in dicts
# takes half the time of keywords and of calling the enums.
_UPLOAD_DEFAULTS, _DERIVED_DEFAULTS, _THUMBNAIL_DEFAULTS = _defaults(Upload), _defaults(Derived), _defaults(Thumbnail)
_upload_values = itemgetter(*_UPLOAD_DEFAULTS)
_derived_values = itemgetter(*_DERIVED_DEFAULTS)
_thumbnail_values = itemgetter(*_THUMBNAIL_DEFAULTS)
_STATUSES = {status.value: status for status in UploadStatus}
_KINDS = {kind.value: kind for kind in TransferKind}
_DERIVED_STATES = {state.value: state for state in DerivedState}


def _same(value: Any) -> Any:
    return value


def _known(metadata: FileMetadata) -> dict[str, Any]:
    # As model_dump(exclude_none=True), in half the time.
    return {name: value for name, value in vars(metadata).items() if value is not None}


def _derived_document(derived: Derived) -> dict[str, Any]:
    values = asdict(derived) | {"state": derived.state.value, "failed": list(derived.failed)}
    # Lists read a hundred of them: what is False or empty is known without being written.
    return {name: value for name, value in values.items() if value is not None and value is not False and value != []}


# What BSON does not know, by its exact type: quicker than to ask of each value what it is an instance of.
_CONVERTED: dict[type, Callable[[Any], Any]] = {
    UploadStatus: attrgetter("value"),
    TransferKind: attrgetter("value"),
    Checksum: asdict,
    Derived: _derived_document,
    FileMetadata: _known,
    LeftCopy: asdict,
}


def to_document(upload: Upload) -> dict[str, Any]:
    """Return the whole document. Fields that are None are left out, unless a document says so in its own way."""
    pairs = zip(_UPLOAD_FIELDS, _field_values(upload), strict=True)
    # Most are None, so those are left out before anything else looks at them.
    values = {name: value for name, value in pairs if value is not None or name in _CONVERTED_IF_NONE}
    for state, names in ((upload.multipart, _MULTIPART_FIELDS), (upload.staged, _STAGED_FIELDS)):
        if state is not None:
            values |= {name: getattr(state, name) for name in names}
    stored = {name: value for name, value in _to_bson(values).items() if value is not None}
    return {"_id": upload.upload_id, **stored, **_known(upload.metadata)}


def _to_bson(values: Mapping[str, Any]) -> dict[str, Any]:
    converted = {
        name: _UNKNOWN.get(name) if value is None else _CONVERTED.get(type(value), _same)(value)
        for name, value in values.items()
    }
    for name in _ABSENT_IF_EMPTY:
        if not converted.get(name, True):
            converted[name] = None
    if "derived" in values:
        converted[TEXT] = pack(values["derived"], values.get("derived_revision", 0))
    if "bucket" in converted:
        store, converted["bucket"] = split_place(str(converted["bucket"]))
        converted["store"] = None if store == FIRST else store
    if "next_check_at" in converted:
        converted[NEXT_CHECK_AT] = converted.pop("next_check_at")
    return converted


def to_fields(changes: UploadChanges) -> dict[str, Any]:
    """Return some fields of Upload in MongoDB's types. None entries of a FileMetadata are left out, others kept."""
    flat = _to_bson(changes)
    metadata = flat.pop("metadata", {})
    return {**flat, **metadata}


def to_update(changes: UploadChanges) -> dict[str, Any]:
    """Return the update that sets these fields of Upload, and removes those that are None."""
    fields_ = to_fields(changes)
    update: dict[str, Any] = {"$set": {name: value for name, value in fields_.items() if value is not None}}
    unset = {name: "" for name, value in fields_.items() if value is None}
    return {**update, "$unset": unset} if unset else update


def to_expected(expected: UploadChanges) -> dict[str, Any]:
    """Return the filter for these values of fields. A document older than revisions has the revision 0."""
    fields_ = to_fields(expected)
    return {name: {"$in": [0, None]} if (name, value) == ("revision", 0) else value for name, value in fields_.items()}


def from_document(document: Mapping[str, Any]) -> Upload:
    """Return the upload of a document that `to_document` made, in this or an older version; ignore other fields."""
    kind = _KINDS[document["kind"]]
    values = {**_UPLOAD_DEFAULTS, **document}
    values["upload_id"] = document["_id"]
    values["next_check_at"] = document.get(NEXT_CHECK_AT)
    values["bucket"] = _place(document)
    values["status"] = _STATUSES[document["status"]]
    values["kind"] = kind
    values["content_type"] = document["content_type"] or None
    values["size_bytes"] = None if document["size_bytes"] < 0 else document["size_bytes"]
    values["metadata"] = _to_metadata(document)
    values["words"] = tuple(values["words"])
    values["outbox"] = tuple(map(OutboxEvent, values["outbox"]))
    if kind is _MULTIPART:
        values["multipart"] = MultipartState(**_some(document, _MULTIPART_FIELDS))
    if kind is _STAGED:
        values["staged"] = StagedState(**_some(document, _STAGED_FIELDS))
    if values["checksum"]:
        values["checksum"] = Checksum(**values["checksum"])
    if values["left"]:
        values["left"] = LeftCopy(**{"version_id": None, "etag": None} | values["left"])
    if values["derived"]:
        values["derived"] = _to_derived(values["derived"])
    return Upload(*_upload_values(values))


def _to_metadata(document: Mapping[str, Any]) -> FileMetadata:
    """Return what was validated on its way in, as pickle would: quicker than any other way to make a model."""
    known = _some(document, _METADATA_FIELDS)
    metadata = FileMetadata.__new__(FileMetadata)
    state = {"__dict__": _NO_METADATA | known, "__pydantic_fields_set__": set(known), "__pydantic_private__": None}
    metadata.__setstate__(state)
    return metadata


def _to_derived(document: Mapping[str, Any]) -> Derived:
    values = {**_DERIVED_DEFAULTS, **document}
    values["state"] = _DERIVED_STATES[document["state"]]
    values["failed"] = tuple(values["failed"])
    if values["thumbnail"]:
        values["thumbnail"] = Thumbnail(*_thumbnail_values({**_THUMBNAIL_DEFAULTS, **values["thumbnail"]}))
    return Derived(*_derived_values(values))


def _some(document: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: document[name] for name in names if name in document}


def to_state(document: Mapping[str, Any]) -> UploadState:
    """What a document with STATE_FIELDS says of its upload."""
    size_bytes = document["size_bytes"]
    status = _STATUSES[document["status"]]
    return UploadState(document["_id"], document["owner"], status, None if size_bytes < 0 else size_bytes)


def to_recorded(document: Mapping[str, Any]) -> RecordedObject:
    """What a document with RECORDED_FIELDS says of its object."""
    status = _STATUSES[document["status"]]
    etag, version_id, confirmed_at = (document.get(name) for name in ("etag", "version_id", "confirmed_at"))
    confirmed_at = document.get("moved_at") or confirmed_at
    return RecordedObject(
        document["object_key"],
        document["_id"],
        status,
        etag,
        version_id,
        confirmed_at,
        size_bytes=None if document["size_bytes"] < 0 else document["size_bytes"],
        bucket=_place(document),
    )


def _place(document: Mapping[str, Any]) -> str:
    return place_in(document.get("store"), document["bucket"])
