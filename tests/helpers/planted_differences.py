"""Each kind of difference that reconcile must find, made in a real store and in the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from service.jobs.model import Lane
from service.jobs.usecases.relay import relay
from service.jobs.usecases.settle import settle_job
from service.media.usecases.reconcile import reconcile_derived
from service.ports import Ports
from service.settings import Settings
from service.store.s3.store import s3_client
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload
from service.uploads.object_keys import derived_key
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.starting.abort import abort_upload
from service.uploads.usecases.starting.start import start_upload
from service.uploads.usecases.upkeep.reconcile import Difference, Tally, reconcile
from tests.builders import (
    ALICE,
    OTHER,
    PICTURE,
    SONG,
    a_covered_file,
    a_declaration,
    a_file,
    a_sent_multipart,
    a_staged_upload,
    later,
    sha256_of,
)
from tests.conftest import prepared_ports
from tests.helpers.media import a_picture

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NO_METADATA = FileMetadata()
Planted = tuple[str, str]  # the problem, and the key


@dataclass
class World:
    """Both sides, and the root credential of the store."""

    ports: Ports
    root: "S3Client"

    @property
    def bucket(self) -> str:
        return self.ports.policy.bucket

    def put(self, key: str, body: bytes = SONG, bucket: str = "", **how: Any) -> str:
        where: Any = {"Bucket": bucket or self.bucket, "Key": key}
        return self.root.put_object(**where, Body=body, ContentType="audio/mpeg", **how).get("VersionId", "")

    def differences(self, **how: Any) -> list[Difference]:
        ports, tally, grace = later(self.ports, minutes=10), Tally(), timedelta(0)
        return [*reconcile(ports, tally, grace=grace, **how), *reconcile_derived(ports, tally, grace=grace)]

    def planted(self, **how: Any) -> set[Planted]:
        rows = self.differences(**how)
        named = {(row.problem.value, row.object_key) for row in rows}
        assert len(rows) == len(named), "reported twice"
        return named


@contextmanager
def prepared_world(settings: Settings) -> Iterator[World]:
    """Prepare a service that has a second bucket."""
    with prepared_ports(settings.model_copy(update={"media": True, "upload_url_expires_in": 3600})) as ports:
        client, other = s3_client(settings), f"t{uuid4().hex[:16]}"
        client.create_bucket(Bucket=other)
        policy = replace(ports.policy, bucket_by_type=(("video/*", other),))
        yield World(replace(ports, policy=policy), client)


def a_picture_with_thumbnail(world: World) -> tuple[Upload, str]:
    """Return a picture and the key of its thumbnail."""
    ports = world.ports
    started, _ = start_upload(
        ports, ALICE, a_declaration(PICTURE, filename="a.png", content_type="image/png", metadata=NO_METADATA)
    )
    world.root.put_object(
        Bucket=world.bucket,
        Key=started.object_key,
        Body=PICTURE,
        ContentType="image/png",
        ChecksumSHA256=sha256_of(PICTURE).value_base64,
    )
    file = confirm_upload(ports, ALICE, started.upload_id, NO_METADATA)
    relay(ports)
    while lease := ports.jobs.claim(["image"], (Lane.LIGHT, Lane.HEAVY), "w", ports.now()):
        if lease.job.file_id == file.upload_id:  # covers have thumbnails too
            break
    assert lease
    result = a_picture(96).model_dump()
    for thumbnail in result["thumbnails"]:
        key = derived_key(file, "image", lease.token, thumbnail["name"])
        thumbnail["version_id"] = world.put(key, b"webp")
    ended = ports.jobs.finish(lease, result, ports.now())
    assert ended
    settle_job(ports, ended)
    return file, key


def plant_forgotten_file(world: World) -> Planted:
    """As a database restored from an older backup."""
    file = a_file(world.ports)
    world.ports.records.remove(file.upload_id, {})
    return "unknown_object", file.object_key


def plant_foreign_object(world: World) -> Planted:
    world.put("uploads/alice/by hand é.mp3")
    return "unknown_object", "uploads/alice/by hand é.mp3"


def plant_late_object(world: World) -> Planted:
    key = "incoming/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S"
    world.put(key)
    return "unknown_object", key


def plant_in_other_bucket(world: World) -> Planted:
    """A copy of a file, in a bucket where it does not belong."""
    file = a_file(world.ports)
    world.put(file.object_key, bucket=world.ports.policy.buckets[1])
    return "unknown_object", file.object_key


def plant_lost_object(world: World) -> Planted:
    file = a_file(world.ports)
    world.ports.objects.purge(file.bucket, file.object_key)
    return "lost_file", file.object_key


def plant_copy(world: World) -> Planted:
    """The same bytes with another version id, as after a copy from another store."""
    file = a_file(world.ports)
    world.put(file.object_key)
    world.ports.objects.delete_version(file.bucket, file.object_key, file.version_id)
    return "lost_file", file.object_key


def plant_older_version(world: World) -> Planted:
    """A delete marker above, and an earlier version with the same bytes below."""
    started, _ = start_upload(world.ports, ALICE, a_declaration())
    world.put(started.object_key)
    newer = world.put(started.object_key, ChecksumSHA256=sha256_of(SONG).value_base64)
    file = confirm_upload(world.ports, ALICE, started.upload_id, NO_METADATA)
    assert file.version_id == newer
    world.root.delete_object(Bucket=file.bucket, Key=file.object_key)
    assert world.planted().isdisjoint({("lost_file", file.object_key)}), "downloads name the version"
    world.ports.objects.delete_version(file.bucket, file.object_key, newer)
    return "lost_file", file.object_key


def plant_other_bytes(world: World) -> Planted:
    """The version's bytes are not those that were confirmed."""
    return plant_change(world, a_file(world.ports), etag="0" * 32)


def plant_other_size(world: World) -> Planted:
    return plant_change(world, a_file(world.ports), size_bytes=len(SONG) + 1)


def plant_lost_parts(world: World) -> Planted:
    file = confirm_upload(world.ports, ALICE, a_sent_multipart(world.ports).upload_id, NO_METADATA)
    world.ports.objects.purge(file.bucket, file.object_key)
    return "lost_file", file.object_key


def plant_lost_cover(world: World) -> Planted:
    cover = world.ports.records.get(str(a_covered_file(world.ports).cover_id))
    assert cover
    world.ports.objects.purge(cover.bucket, cover.object_key)
    return "lost_file", cover.object_key


def plant_bucket_of_before(world: World) -> Planted:
    """MINIO_BUCKET was changed, and this file stayed behind."""
    return plant_change(world, a_file(world.ports), "other_bucket", bucket="of-before")


def plant_unknown_thumbnail(world: World) -> Planted:
    key = derived_key(a_file(world.ports), "image", 77, "96.webp")
    world.put(key)
    return "unknown_derived", key


def plant_lost_thumbnail(world: World) -> Planted:
    _, key = a_picture_with_thumbnail(world)
    world.ports.objects.purge(world.bucket, key)
    return "lost_derived", key


def plant_change(world: World, file: Upload, problem: str = "lost_file", **fields: Any) -> Planted:
    """Change what the document says: to the comparison it is the same as a change of the object."""
    changed = replace(file, **fields)
    world.ports.records.remove(file.upload_id, {})
    world.ports.records.add(changed)
    if problem == "other_bucket":
        world.ports.objects.purge(file.bucket, file.object_key)
    return problem, file.object_key


KINDS: list[Callable[[World], Planted]] = [
    plant_forgotten_file,
    plant_foreign_object,
    plant_late_object,
    plant_in_other_bucket,
    plant_lost_object,
    plant_copy,
    plant_older_version,
    plant_other_bytes,
    plant_other_size,
    plant_lost_parts,
    plant_lost_cover,
    plant_bucket_of_before,
    plant_unknown_thumbnail,
    plant_lost_thumbnail,
]


def plant_nothing(world: World) -> None:
    """Everything that a healthy service has: no difference."""
    ports = world.ports
    a_file(ports)
    a_covered_file(ports)
    a_picture_with_thumbnail(world)
    confirm_upload(ports, ALICE, a_sent_multipart(ports).upload_id, NO_METADATA)
    for body in (SONG, OTHER):  # the second takes the place of the first
        confirm_upload(ports, ALICE, a_staged_upload(ports, body=body).upload_id, NO_METADATA)
    a_staged_upload(ports, key="uploads/alice/not confirmed.mp3")
    start_upload(ports, ALICE, a_declaration())
    aborted, _ = start_upload(ports, ALICE, a_declaration())
    abort_upload(ports, ALICE, aborted.upload_id)
    world.put(a_file(ports).object_key, OTHER)  # a later version, which nobody downloads
    world.root.delete_object(Bucket=world.bucket, Key=a_file(ports).object_key)
    world.put("backup/of others")


def assert_each_is_reported(world: World) -> None:
    """Plant one kind after the other: each is reported once, and nothing else ever is."""
    plant_nothing(world)
    assert world.differences() == []
    assert world.differences(thorough=True) == []

    planted = set[Planted]()
    for plant in KINDS:
        planted.add(plant(world))
        reported = world.planted()
        assert reported == planted, f"{plant.__name__}: {reported ^ planted}"
    assert len(planted) == len(KINDS)
    assert world.planted(thorough=True) == planted
