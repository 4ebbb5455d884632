"""Translates requests into the terms of the use cases."""

from service.shared.model import Caller
from service.uploads.api.schemas.files import FilesFilter, FilesQuery, MoodsQuery
from service.uploads.api.schemas.uploads import UploadRequest, UrlsRequest
from service.uploads.metadata import metadata_of
from service.uploads.model import Checksum
from service.uploads.queries import Position, Sort, UploadQuery
from service.uploads.search import name_key, prefixes_of
from service.uploads.usecases.starting.declare import NewUpload
from service.uploads.usecases.starting.signed_requests import PartRequest


def new_upload(body: UploadRequest) -> NewUpload:
    """Return what the request declares."""
    checksum = Checksum(body.checksum.algorithm, body.checksum.value_base64) if body.checksum else None
    return NewUpload(
        body.filename,
        body.content_type,
        body.size_bytes,
        metadata_of(body),
        checksum,
        fingerprint=body.fingerprint,
        part_checksum_algorithm=body.part_checksum_algorithm,
        cover_of=body.cover_of,
    )


def requested_parts(body: UrlsRequest) -> list[PartRequest] | None:
    """Return the parts that the request names; None if it names none."""
    if body.parts is not None:
        return [PartRequest(part.part_number, part.checksum_base64) for part in body.parts]
    return None if body.part_numbers is None else [PartRequest(number) for number in body.part_numbers]


def build_count(asked: MoodsQuery, who: Caller) -> UploadQuery:
    """Return the query whose matches are counted."""
    filters = FilesFilter(**asked.model_dump(exclude_none=True, exclude={"limit", "cursor"}))
    return build_query(filters, who)


def build_query(asked: FilesQuery | FilesFilter, who: Caller, after: Position | None = None) -> UploadQuery:
    """Return the query that an address or a body describes."""
    return UploadQuery(
        owner=who.owner if asked.owner == "me" else None,
        mood=asked.mood,
        tag=asked.tag,
        artist=None if asked.artist is None else name_key(asked.artist),
        album=None if asked.album is None else name_key(asked.album),
        content_type=asked.content_type,
        sizes=tuple(map(int, asked.size_bytes.split(","))) if asked.size_bytes else (),
        prefixes=prefixes_of(asked.q or ""),
        sort=Sort(asked.sort),
        after=after,
        limit=asked.limit,
    )
