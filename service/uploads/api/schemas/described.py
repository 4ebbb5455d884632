"""The fields that answers about uploads and about files share."""

from datetime import datetime

from pydantic import Field

from service.shared.api.schemas import Body
from service.store.model import ChecksumAlgorithm
from service.uploads.metadata import FileMetadata, Visibility


class ChecksumBody(Body):
    """A digest of the whole file, in base64. If the file is sent in one PUT, the store refuses any other bytes."""

    algorithm: ChecksumAlgorithm = Field(json_schema_extra={"example": "sha256"})
    value_base64: str = Field(
        max_length=64, json_schema_extra={"example": "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="}
    )


class ChecksumAnswer(ChecksumBody):
    """A digest of the whole file: declared by the client, or computed from the CRC-32C of each part."""

    verified: bool = Field(description="Whether the store has checked the bytes against it.")


class Described(FileMetadata):
    """The fields of every answer about an upload or a file."""

    filename: str
    content_type: str
    size_bytes: int
    checksum: ChecksumAnswer | None
    created_at: datetime
    tags: list[str] = Field(default_factory=list)
    visibility: Visibility = "private"
