"""Files of objects that are in a bucket without a document, on both stores."""

from typing import Any

import pytest

from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from service.store.s3.store import s3_client
from service.uploads.usecases.upkeep.reconcile import Tally, reconcile
from tests.builders import ALICE, BOB, OTHER, SONG, a_file, a_sent_upload, fetch, later, sha256_of

pytestmark = pytest.mark.real


def adopt(settings: Settings, ports: Ports, *arguments: str) -> tuple[int, list[str]]:
    done = create_app(settings, ports).test_cli_runner().invoke(args=["store", "adopt", *arguments])
    return done.exit_code, done.output.splitlines()


def test_objects_without_a_document_become_files(either_settings: Settings, either_ports: Ports) -> None:
    """Once, and only what may be a file here; nothing that belongs to an upload is touched."""
    settings, ports, bucket = either_settings, either_ports, either_settings.minio_bucket
    client = s3_client(settings)

    def put(key: str, body: bytes = SONG, content_type: str = "audio/mpeg", **how: Any) -> None:
        client.put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type, **how)

    intact, forgotten = a_file(ports, BOB), a_file(ports, BOB, OTHER)
    ports.records.remove(forgotten.upload_id, {})
    waiting = a_sent_upload(ports)
    put("uploads/alice/Été 1.mp3", ChecksumSHA256=sha256_of(SONG).value_base64)
    put("uploads/h.00/x.mp3")
    put("uploads/alice/page.html", content_type="text/html")
    put("backup/uploads.mp3")

    code, lines = adopt(settings, ports, bucket)

    assert (code, lines[-1]) == (1, "2 adopted, 1 here already, 2 refused")
    assert "uploads/alice/page.html" in lines[0]
    assert "--owner" in lines[1]
    again = ports.records.get(forgotten.upload_id)
    assert again
    assert (again.owner, again.object_key, fetch(ports, again)) == (BOB.owner, forgotten.object_key, OTHER)
    [song] = ports.records.files_by_keys(ALICE.owner, ["uploads/alice/Été 1.mp3"])
    assert (song.filename, song.content_type, fetch(ports, song)) == ("Été 1.mp3", "audio/mpeg", SONG)
    assert song.checksum == sha256_of(SONG).__class__("sha256", sha256_of(SONG).value_base64, verified=True)
    assert ports.records.get(waiting.upload_id) == waiting
    assert ports.records.get(intact.upload_id) == intact

    assert adopt(settings, ports, bucket, "--owner", "carol")[1][-1] == "1 adopted, 3 here already, 1 refused"
    [rest] = [row.object_key for row in reconcile(later(ports, days=2), Tally())]
    assert rest == "uploads/alice/page.html"


def test_a_bucket_that_is_not_ours_is_refused(settings: Settings, real_ports: Ports) -> None:
    code, lines = adopt(settings, real_ports, "another")
    assert code == 1
    assert "the settings name no bucket 'another'" in lines[0]
