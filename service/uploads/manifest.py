"""The manifest of all files, as JSON Lines: with it anybody can leave with the objects, and come elsewhere. Pure.

Each line ends with a check of itself and of all lines before it, so that an edited or cut manifest is refused with the
number of the line. docs/deploy.md describes the format.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.shared.errors import Invalid
from service.shared.model import LINE
from service.store.model import ChecksumAlgorithm
from service.uploads.metadata import FileMetadata
from service.uploads.model import Checksum, TransferKind, Upload

VERSION = 1
_CHECK_LENGTH = 32
Text = Annotated[str, Field(min_length=1, max_length=1024, pattern=LINE)]


class ManifestChecksum(BaseModel):
    """A digest of the whole file."""

    model_config = ConfigDict(extra="forbid")

    algorithm: ChecksumAlgorithm
    value_base64: Text


class ManifestFile(BaseModel):
    """One file, or the cover of the file in the line before."""

    model_config = ConfigDict(extra="forbid")

    file_id: str = Field(pattern="^[0-7][0-9A-HJKMNP-TV-Z]{25}$")
    owner: Text
    kind: TransferKind
    bucket: Text
    object_key: str = Field(min_length=1, max_length=1024)
    version_id: str | None = None
    etag: Text
    filename: str = Field(min_length=1, max_length=1024)
    content_type: Text
    size_bytes: int = Field(ge=0)
    checksum: ManifestChecksum | None = None
    metadata: FileMetadata
    created_at: datetime
    confirmed_at: datetime | None = None
    fingerprint: str | None = None
    cover_of: str | None = None


class ManifestRow(NamedTuple):
    """A line of a manifest that is right."""

    line: int
    file: ManifestFile


class ManifestWriter:
    """Makes the lines, one after the other."""

    def __init__(self) -> None:
        self._check = ""
        self._files = 0

    def begin(self, at: datetime) -> str:
        """Return the first line."""
        return self._line({"moodrop_manifest": VERSION, "exported_at": at.isoformat()})

    def write(self, upload: Upload) -> str:
        """Return the line of a file or a cover."""
        self._files += 1
        return self._line(_fields_of(upload))

    def end(self) -> str:
        """Return the last line: a manifest without it was cut."""
        return self._line({"end": True, "files": self._files})

    def _line(self, fields: Mapping[str, Any]) -> str:
        self._check = check_of(self._check, fields)
        return json.dumps({**fields, "check": self._check}, ensure_ascii=False)


def check_of(before: str, fields: Mapping[str, Any]) -> str:
    """Return the check of a line whose predecessor has the check `before`; "" before the first line."""
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}{text}".encode()).hexdigest()[:_CHECK_LENGTH]


def read_manifest(lines: Iterable[str]) -> Iterator[ManifestRow]:
    """Yield the files. Raises Invalid, with the number of the line, for the first one that is not as it was written."""
    check, number, files, is_ended = "", 0, 0, False
    for number, text in enumerate(lines, 1):
        if is_ended:
            raise Invalid(f"line {number}: nothing may follow the last line of a manifest")
        fields = _parsed(number, text)
        stored = fields.pop("check", None)
        check = check_of(check, fields)
        if stored != check:
            raise Invalid(f"line {number}: this line, or one before it, was edited, moved or removed")
        if number == 1:
            _require_header(fields)
        elif fields.get("end") is True:
            is_ended = True
            if fields.get("files") != files:
                raise Invalid(f"line {number}: the manifest had {fields.get('files')} files, here are {files}")
        else:
            files += 1
            yield ManifestRow(number, _to_file(number, fields))
    if not is_ended:
        raise Invalid(f"line {number + 1}: the manifest was cut here, its last line is missing")


def _parsed(number: int, text: str) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:  # the latter for brackets nested a thousand deep
        raise Invalid(f"line {number}: not a JSON object") from error
    if not isinstance(fields, dict):
        raise Invalid(f"line {number}: not a JSON object")
    return fields


def _require_header(fields: Mapping[str, Any]) -> None:
    if fields.get("moodrop_manifest") != VERSION:
        raise Invalid(f"line 1: not a manifest of version {VERSION}, as `flask store export` writes it")


def _to_file(number: int, fields: Mapping[str, Any]) -> ManifestFile:
    try:
        return ManifestFile.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Invalid(f"line {number}: {where}: {first['msg']}") from error


def _fields_of(upload: Upload) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "file_id": upload.upload_id,
        "owner": upload.owner,
        "kind": upload.kind.value,
        "bucket": upload.bucket,
        "object_key": upload.object_key,
        "version_id": upload.version_id,
        "etag": upload.etag,
        "filename": upload.filename,
        "content_type": upload.content_type,
        "size_bytes": upload.size_bytes,
        "checksum": _checksum_of(upload.checksum),
        "metadata": upload.metadata.model_dump(exclude_none=True),
        "created_at": upload.created_at.isoformat(),
        "confirmed_at": upload.confirmed_at.isoformat() if upload.confirmed_at else None,
        "fingerprint": upload.fingerprint,
        "cover_of": upload.cover_of,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _checksum_of(checksum: Checksum | None) -> dict[str, str] | None:
    return {"algorithm": checksum.algorithm, "value_base64": checksum.value_base64} if checksum else None
