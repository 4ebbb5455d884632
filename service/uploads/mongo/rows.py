"""A page of files as MongoDB returns it: of each document what a row shows, and no more of it is read."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from service.uploads.metadata import PRIVATE, FileMetadata
from service.uploads.model import Upload
from service.uploads.mongo.summaries import NOTHING_PACKED, REVISION, TEXT, unpack
from service.uploads.queries import SORT_FIELDS, Position, Sort, sort_key
from service.uploads.rows import NOTHING_DERIVED, UNKNOWN_SIZE, FilePage, FileRow, row_of
from service.uploads.thumbnails import pictured_by

# A row without what its document lacks, in the order of an answer.
_EMPTY: FileRow = {
    "file_id": "",
    "filename": "",
    "content_type": "",
    "size_bytes": UNKNOWN_SIZE,
    "checksum": None,
    "created_at": None,
    **dict.fromkeys(FileMetadata.model_fields),
    "tags": [],
    "visibility": PRIVATE,
    **NOTHING_DERIVED,
    "object_key": None,
    "owner": None,
    "revision": 0,
    "etag": None,
    "confirmed_at": None,
    "cover_id": None,
}
_FIELDS = (
    *sorted(_EMPTY.keys() - NOTHING_DERIVED.keys() - {"file_id"}),
    "version_id",
    "moved_source",
    TEXT,
    REVISION,
)
# Fields that a page reads for its position alone.
_SORTED_BY = sorted({name for names in SORT_FIELDS.values() for name in names} - set(_FIELDS))
_MISSING = {"sort_title": ""}

GetMany = Callable[[Sequence[str]], list[Upload]]


def fields_for(sort: Sort) -> tuple[str, ...]:
    """Return which fields of a document a page in this order needs."""
    return (*_FIELDS, *(name for name in SORT_FIELDS[sort] if name not in _FIELDS))


def to_page(documents: Sequence[Mapping[str, Any]], sort: Sort, get_many: GetMany) -> FilePage:
    """Return the page of documents with `fields_for` the order. Those that an older version wrote are read whole."""
    older: list[str] = []
    rows = [_to_row(document, older) for document in documents]
    if older:
        files = {file.upload_id: file for file in get_many(older)}
        # One that was deleted meanwhile shows what was read of it.
        rows = [row_of(files[row["file_id"]]) if row["file_id"] in files else row for row in rows]
    return FilePage(rows, _position(documents[-1], sort) if documents else None)


def _position(last: Mapping[str, Any], sort: Sort) -> Position:
    return Position(sort_key([last.get(name, _MISSING.get(name)) for name in SORT_FIELDS[sort]]), last["_id"])


def _to_row(document: Mapping[str, Any], older: list[str]) -> FileRow:
    """Return what `row_of` returns of the document's upload; if it lacks the text for that, note its id in `older`."""
    row = {**_EMPTY, **document}
    row["file_id"] = row.pop("_id")
    version_id = row.pop("version_id", None)
    source = row.pop("moved_source", None) or version_id or row["etag"] or ""
    for name in _SORTED_BY:
        row.pop(name, None)
    text, revision = row.pop(TEXT, None), row.pop(REVISION, 0)
    if text or revision:
        packed = unpack(text) if text else NOTHING_PACKED
        if packed.revision != revision:
            older.append(row["file_id"])
        elif packed.source == source:
            row.update(packed.summary)
            if packed.picture != pictured_by(row["file_id"], row["cover_id"], row["content_type"]):
                row["thumbnail"] = None
    if row["checksum"]:
        row["checksum"] = {**row["checksum"], "verified": row["checksum"].get("verified", False)}
    return row
