"""What an object says about itself, when there is little room and when somebody else reads it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest

from service.uploads.labels import MAX_CHARACTERS, Label, label_of, read_label, write_label
from service.uploads.metadata import FileMetadata
from service.uploads.model import Checksum, MultipartState, TransferKind
from tests.builders import a_record

KEYS = ("11" * 32, "22" * 32)
KEY = "uploads/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S.mp3"


def test_it_comes_back_whole_and_shows_nothing() -> None:
    metadata = FileMetadata(mood="happy", title="Été 日本", tags=["ä", "b"], visibility="public")
    upload = a_record(
        owner="auth0|zoë@example.com",
        filename="Été à 日本 '\".mp3",
        metadata=metadata,
        kind=TransferKind.MULTIPART,
        multipart=MultipartState("id", 5, "crc32c"),
        checksum=Checksum("crc32c", "AAAAAA=="),
        cover_of="01JD8ZK3V0X5W9QH2M4N6P7R8T",
        fingerprint="of the client",
    )

    text = write_label(label_of(upload), KEY, KEYS)

    assert text
    assert text.isascii()
    assert text == write_label(label_of(upload), KEY, KEYS), "a URL that is signed again takes the same headers"
    label = read_label(text, KEY, KEYS[::-1])
    assert label == label_of(upload)
    assert b"example" not in urlsafe_b64decode(text + "==")


def test_it_opens_for_its_own_key_and_its_own_deployment_alone() -> None:
    text = write_label(label_of(a_record()), KEY, KEYS)

    assert text
    assert read_label(text, KEY, KEYS)
    assert read_label(text, KEY.replace("alice", "bob"), KEYS) is None
    assert read_label(text, KEY, KEYS[1:]) is None
    assert read_label(text[:-4] + "AAAA", KEY, KEYS) is None
    assert read_label("", KEY, KEYS) is None
    assert read_label("no base64 é", KEY, KEYS) is None
    other = urlsafe_b64encode(b"\x07" + urlsafe_b64decode(text + "=="))
    assert read_label(other.decode(), KEY, KEYS) is None


def varied(first: int, length: int) -> str:
    """Return a text that no compression makes much shorter."""
    return "".join(chr(first + (i * 7919 + i * i * 31) % 20_000) for i in range(length))


@pytest.mark.parametrize("length", [40, 200])
def test_it_gives_up_metadata_before_names_and_owners(length: int) -> None:
    tags = [varied(0x4E00 + 50 * i, 40) for i in range(20)]
    texts = {name: varied(0x4E00 + 7 * i, length) for i, name in enumerate(("title", "artist", "album"))}
    upload = a_record(
        owner=varied(0x5000, 255), filename=varied(0x5100, 80), metadata=FileMetadata(mood="happy", tags=tags, **texts)
    )

    text = write_label(label_of(upload), KEY, KEYS)

    assert text
    assert len(text) <= MAX_CHARACTERS
    label = read_label(text, KEY, KEYS)
    assert isinstance(label, Label)
    assert label.is_cut
    assert (label.owner, label.filename, label.metadata.mood) == (upload.owner, upload.filename, "happy")
    assert label.metadata.tags is None


def test_without_room_for_a_name_there_is_none() -> None:
    assert write_label(label_of(a_record(owner=varied(0x5000, 900))), KEY, KEYS) is None
