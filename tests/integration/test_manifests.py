"""Leaving MinIO with a manifest and coming to VersityGW with it: the same ids, names, covers and bytes."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from service.store.s3.store import s3_client
from service.uploads.manifest import check_of, read_manifest
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.upkeep.manifests import export_manifest
from service.uploads.usecases.upkeep.reconcile import Tally, reconcile
from tests.builders import (
    ALICE,
    BOB,
    LARGE,
    NO_METADATA,
    OTHER,
    PICTURE,
    SONG,
    a_covered_file,
    a_file,
    a_sent_multipart,
    a_staged_upload,
    fetch,
    later,
)
from tests.conftest import prepared_ports

pytestmark = pytest.mark.real


@pytest.fixture
def target(versitygw_settings: Settings) -> Settings:
    return versitygw_settings.model_copy(update={"waived_checks": ("half_body",)})


@pytest.fixture
def there(target: Settings) -> Iterator[Ports]:
    """The other deployment."""
    with prepared_ports(target) as ports:
        yield ports


def copy_objects(source: Settings, target: Settings) -> None:
    """Copy as rclone does: bytes and types, and nothing else."""
    one, other = s3_client(source), s3_client(target)
    for row in one.list_objects_v2(Bucket=source.minio_bucket)["Contents"]:
        got = one.get_object(Bucket=source.minio_bucket, Key=row["Key"])
        where: Any = {"Bucket": target.minio_bucket, "Key": row["Key"]}
        other.put_object(**where, Body=got["Body"].read(), ContentType=got["ContentType"])


def run(settings: Settings, ports: Ports, *arguments: str) -> tuple[int, str]:
    done = create_app(settings, ports).test_cli_runner().invoke(args=["store", *arguments])
    return done.exit_code, done.output


def facts(file: Upload) -> Upload:
    """Return the file without what is new in another deployment."""
    none: dict[str, Any] = {"etag": None, "version_id": None, "confirmed_at": None, "urls_expire_at": file.created_at}
    none |= {"bucket": "", "revision": 0, "edited": None, "multipart": None, "staged": None, "expires_at": None}
    return replace(file, **none, next_check_at=None)


def test_all_files_come_elsewhere_with_names_owners_and_covers(
    settings: Settings, real_ports: Ports, target: Settings, there: Ports, tmp_path: Path
) -> None:
    ports, manifest = real_ports, tmp_path / "files.jsonl"
    tagged = FileMetadata(mood="happy", title="Été 日本", tags=["a"], visibility="public")
    song = a_file(ports, BOB, OTHER, filename="Été à 日本 '\".mp3", metadata=tagged)
    covered = a_covered_file(ports)
    staged = confirm_upload(ports, ALICE, a_staged_upload(ports).upload_id, NO_METADATA)
    changed, lost = a_file(ports), a_file(ports)
    assert run(settings, ports, "export", str(manifest)) == (0, "")
    copy_objects(settings, target)
    client = s3_client(target)
    client.put_object(Bucket=target.minio_bucket, Key=changed.object_key, Body=OTHER, ContentType="audio/mpeg")
    there.objects.purge(target.minio_bucket, lost.object_key)

    code, output = run(target, there, "import", str(manifest))

    assert code == 1
    *refused, last = output.splitlines()
    assert last == "4 imported, 0 here already, 2 refused"
    reasons = {line.split(": ")[1]: line for line in refused}
    assert reasons.keys() == {changed.object_key, lost.object_key}
    assert "its sha256 is" in reasons[changed.object_key]
    assert "is not in the bucket" in reasons[lost.object_key]
    for file, body in ((song, OTHER), (covered, SONG), (staged, SONG)):
        moved = there.records.get(file.upload_id)
        assert moved
        assert facts(moved) == facts(file)
        assert fetch(there, moved) == body
    cover = there.records.get(str(covered.cover_id))
    assert cover
    assert fetch(there, cover) == PICTURE
    left = [(row.problem.value, row.object_key) for row in reconcile(later(there, days=2), Tally())]
    assert left == [("unknown_object", changed.object_key)], "the files that came are right"
    assert run(target, there, "import", str(manifest))[1].endswith("0 imported, 4 here already, 2 refused\n")


def test_a_file_without_a_digest_comes_only_with_the_same_etag(
    settings: Settings, real_ports: Ports, target: Settings, there: Ports, tmp_path: Path
) -> None:
    """Parts that are put in one piece elsewhere have another one, and nothing else tells what the bytes were."""
    manifest = tmp_path / "files.jsonl"
    whole = a_file(real_ports, checksum=None)
    parts = confirm_upload(
        real_ports, ALICE, a_sent_multipart(real_ports, body=LARGE, checksum=None).upload_id, NO_METADATA
    )
    run(settings, real_ports, "export", str(manifest))
    copy_objects(settings, target)

    code, output = run(target, there, "import", str(manifest))

    assert code == 1
    assert f"{parts.object_key}: no digest was exported" in output
    assert there.records.get(whole.upload_id)
    assert there.records.get(parts.upload_id) is None


# --- a manifest that is not as it was written ------------------------------------------------------------
def edited(lines: list[str], number: int, **fields: object) -> list[str]:
    changed = {**json.loads(lines[number - 1]), **fields}
    return [*lines[: number - 1], json.dumps(changed), *lines[number:]]


def test_an_edited_or_cut_manifest_is_refused_with_its_line(ports: Ports, settings: Settings, tmp_path: Path) -> None:
    for _ in range(3):
        a_file(ports)
    lines = list(export_manifest(ports))
    assert len(list(read_manifest(lines))) == 3
    ids = [json.loads(line).get("file_id") for line in lines]
    for upload_id in ids[1:4]:
        ports.records.remove(upload_id, {})
    cases: dict[str, list[str]] = {
        "line 3: this line": edited(lines, 3, owner="mallory"),
        "line 2: this line": [lines[0], *lines[2:]],
        "line 4: this line": [*lines[:3], lines[1], *lines[3:]],
        "line 5: the manifest was cut": lines[:4],
        "line 4: not a JSON object": [*lines[:3], lines[3][:40]],
        "line 6: nothing may follow": [*lines, lines[0]],
        "line 1: the manifest was cut": [],
        "line 1: this line": lines[1:],
    }
    for message, wrong in cases.items():
        manifest = tmp_path / "wrong.jsonl"
        manifest.write_text("".join(f"{line}\n" for line in wrong))
        code, output = run(settings, ports, "import", str(manifest))
        assert code == 1, message
        assert message in output
        assert [ports.records.get(upload_id) for upload_id in ids[1:4]] == [None] * 3, "nothing was imported"


def checked(rows: list[dict[str, Any]]) -> list[str]:
    """Return the lines with the checks that they would have if an export had written them."""
    check, lines = "", []
    for row in rows:
        fields = {name: value for name, value in row.items() if name != "check"}
        check = check_of(check, fields)
        lines.append(json.dumps({**fields, "check": check}))
    return lines


@pytest.mark.parametrize(
    ("number", "bad", "message"),
    [
        (2, b'{"file_id": "\xff\xfe"}', "line 2: this line"),
        (2, b"[" * 100_000, "line 2: not a JSON object"),
        (2, b"[]", "line 2: not a JSON object"),
        (2, b"", "line 2: not a JSON object"),
        (1, b"\x1f\x8b\x08\x00", "line 1: not a JSON object"),
    ],
    ids=["no UTF-8", "nested", "a list", "empty", "compressed"],
)
def test_a_line_that_is_no_manifests_is_refused_by_number(
    ports: Ports, settings: Settings, tmp_path: Path, number: int, bad: bytes, message: str
) -> None:
    a_file(ports)
    lines = [line.encode() for line in export_manifest(ports)]
    lines[number - 1] = bad
    manifest = tmp_path / "wrong.jsonl"
    manifest.write_bytes(b"\n".join(lines))

    code, output = run(settings, ports, "import", str(manifest))

    assert (code, message in output) == (1, True), output


@pytest.mark.parametrize(
    ("number", "fields", "message"),
    [
        (1, {"moodrop_manifest": 2}, "line 1: not a manifest of version 1"),
        (3, {"files": 7}, "line 3: the manifest had 7 files, here are 1"),
    ],
)
def test_a_manifest_of_another_version_or_count_is_refused(
    ports: Ports, settings: Settings, tmp_path: Path, number: int, fields: dict[str, object], message: str
) -> None:
    """Also with checks that are right."""
    a_file(ports)
    rows = [json.loads(line) for line in export_manifest(ports)]
    rows[number - 1] |= fields
    manifest = tmp_path / "wrong.jsonl"
    manifest.write_text("\n".join(checked(rows)))

    code, output = run(settings, ports, "import", str(manifest))

    assert (code, message in output) == (1, True), output


def test_a_manifest_of_another_deployment_replaces_no_file_here(
    ports: Ports, settings: Settings, tmp_path: Path
) -> None:
    """Its ids and keys may be taken here, and the file of a cover may be missing."""
    mine, covered = a_file(ports), a_covered_file(ports)
    rows = [json.loads(line) for line in export_manifest(ports)]
    cover = next(row for row in rows if row.get("cover_of"))
    next(row for row in rows if row.get("file_id") == mine.upload_id)["owner"] = "mallory"
    ports.records.remove(covered.upload_id, {})
    ports.records.remove(cover["file_id"], {})
    sent = [row for row in rows if row.get("file_id") != covered.upload_id]
    sent[-1]["files"] = len(sent) - 2
    manifest = tmp_path / "others.jsonl"
    manifest.write_text("\n".join(checked(sent)))

    code, output = run(settings, ports, "import", str(manifest))

    assert code == 1
    assert f"{mine.object_key}: another upload here has its id" in output
    assert f"{cover['object_key']}: its file is not here" in output
    assert ports.records.get(mine.upload_id) == mine


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"file_id": "../x"}, "line 2: file_id"),
        ({"size_bytes": -1}, "line 2: size_bytes"),
        ({"more": 1}, "line 2: more"),
        ({"metadata": {"title": 7}}, "line 2: metadata.title"),
        ({"owner": "a\nb"}, "line 2: owner"),
        ({"object_key": "uploads/alice/../bob/x"}, "no file can have this key"),
        ({"object_key": "incoming/alice/x"}, "no file can have this key"),
        ({"content_type": "text/html"}, "text/html"),
    ],
)
def test_values_that_no_file_can_have_are_refused(
    ports: Ports, settings: Settings, tmp_path: Path, fields: dict[str, object], message: str
) -> None:
    """Also if whoever wrote them made the checks right."""
    file = a_file(ports)
    lines = list(export_manifest(ports))
    ports.records.remove(file.upload_id, {})
    check, written = "", []
    for line in edited(lines, 2, **fields):
        row = json.loads(line)
        row.pop("check")
        check = check_of(check, row)
        written.append(json.dumps({**row, "check": check}))
    manifest = tmp_path / "wrong.jsonl"
    manifest.write_text("\n".join(written))

    code, output = run(settings, ports, "import", str(manifest))

    assert (code, message in output) == (1, True), output
    assert ports.records.get(file.upload_id) is None
