"""The label of an object: what was declared about it, so that `flask store rebuild` can make a lost document again.

It is stored with the object as metadata, which anybody who may download the object can see. So a label is encrypted
and bound to the object's key: the label of another object, or of another deployment, does not open. Pure.
"""

import binascii
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.store.model import ChecksumAlgorithm, PartChecksumAlgorithm
from service.uploads.metadata import FileMetadata
from service.uploads.model import Checksum, MultipartState, StagedState, TransferKind, Upload

# What Keyring.derive makes the keys for.
PURPOSE = "object-label"
# S3 allows 2 KB for all metadata of an object, its names included.
MAX_CHARACTERS = 1900
_MAX_BYTES = MAX_CHARACTERS * 3 // 4
# No label that we write is longer when it is unpacked.
_MAX_TEXT = 64 * 1024
_PLAIN, _DEFLATED = b"\x01", b"\x02"
_SIV_BYTES = 16
# What a label does without if it is too long, one after the other.
_EXPENDABLE = ("tags", "album", "artist", "title")


class LabelChecksum(BaseModel):
    """A declared digest of the whole file."""

    algorithm: ChecksumAlgorithm
    value_base64: str


class Label(BaseModel):
    """What was declared. Later versions may write more; what this one does not know is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    upload_id: str = Field(pattern="^[0-7][0-9A-HJKMNP-TV-Z]{25}$")
    owner: str = Field(min_length=1)
    kind: TransferKind = TransferKind.PUT
    filename: str
    size_bytes: int | None = None
    checksum: LabelChecksum | None = None
    part_checksum_algorithm: PartChecksumAlgorithm | None = None
    metadata: FileMetadata = FileMetadata()
    cover_of: str | None = None
    fingerprint: str | None = None
    is_cut: bool = False  # some of the metadata had no room

    @property
    def multipart(self) -> MultipartState | None:
        """Return what a file that came in parts has besides."""
        is_multipart = self.kind is TransferKind.MULTIPART
        return MultipartState(part_checksum_algorithm=self.part_checksum_algorithm) if is_multipart else None

    def staged(self, object_key: str) -> StagedState | None:
        """Return what a staged file of that key has besides."""
        return StagedState(object_key) if self.kind is TransferKind.STAGED else None

    @property
    def declared_checksum(self) -> Checksum | None:
        """Return the declared digest, which nobody has compared yet."""
        return Checksum(self.checksum.algorithm, self.checksum.value_base64) if self.checksum else None


def label_of(upload: Upload) -> Label:
    """Return the label of an upload as it is now."""
    checksum, multipart = upload.checksum, upload.multipart
    return Label.model_construct(
        upload_id=upload.upload_id,
        owner=upload.owner,
        kind=upload.kind,
        filename=upload.filename,
        size_bytes=upload.size_bytes,
        checksum=LabelChecksum(algorithm=checksum.algorithm, value_base64=checksum.value_base64) if checksum else None,
        part_checksum_algorithm=multipart.part_checksum_algorithm if multipart else None,
        metadata=upload.metadata,
        cover_of=upload.cover_of,
        fingerprint=upload.fingerprint,
        is_cut=False,
    )


def write_label(label: Label, object_key: str, keys: Sequence[str]) -> str | None:
    """Return the label as metadata of the object of that key; None if even the shortest has no room.

    The same label always gives the same text, so a URL that is signed again takes the same headers.
    """
    packed = next((packed for packed in _packings(label) if len(packed) + _SIV_BYTES <= _MAX_BYTES), None)
    if packed is None:
        return None
    return urlsafe_b64encode(_cipher(keys[0]).encrypt(packed, [object_key.encode()])).decode().rstrip("=")


def read_label(text: str, object_key: str, keys: Sequence[str]) -> Label | None:
    """Return the label; None if none of the keys wrote it for an object of that key."""
    try:
        sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    for key in keys:
        try:
            packed = _cipher(key).decrypt(sealed, [object_key.encode()])
            return Label.model_validate_json(_unpacked(packed))
        except (InvalidTag, ValidationError, ValueError, zlib.error):
            continue
    return None


def _packings(label: Label) -> Iterator[bytes]:
    """Yield the label, whole, then compressed, then with less and less."""
    text = _text_of(label)
    yield _PLAIN + text
    yield _DEFLATED + zlib.compress(text, 9)
    shorter = label.model_copy(update={"fingerprint": None})
    for name in ("fingerprint", *_EXPENDABLE):
        if name != "fingerprint":
            metadata = shorter.metadata.model_copy(update={name: None})
            shorter = shorter.model_copy(update={"metadata": metadata, "is_cut": True})
        yield _DEFLATED + zlib.compress(_text_of(shorter), 9)


def _text_of(label: Label) -> bytes:
    return label.model_dump_json(exclude_none=True, exclude_defaults=True).encode()


def _unpacked(packed: bytes) -> bytes:
    if packed[:1] == _PLAIN:
        return packed[1:]
    if packed[:1] != _DEFLATED:
        raise ValueError("a later version wrote it")
    unpacking = zlib.decompressobj()
    text = unpacking.decompress(packed[1:], _MAX_TEXT)
    if unpacking.unconsumed_tail:
        raise ValueError("longer than any label")
    return text


@lru_cache(maxsize=8)
def _cipher(key: str) -> AESSIV:
    return AESSIV(bytes.fromhex(key))
