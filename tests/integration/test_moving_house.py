"""Files move from MinIO to VersityGW and back."""

import os
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from dev.project import ROOT
from dev.servers import MongodServer
from service.media.usecases.move_derived import move_derived
from service.ports import Ports
from service.settings import Settings
from service.store.model import StoredObject
from service.uploads.usecases.moving.model import MoveReport
from service.uploads.usecases.moving.move import move_files
from service.uploads.usecases.moving.refusals import require_target
from tests.builders import ALICE, NO_METADATA, a_file, a_sent_multipart, confirm_upload, fetch
from tests.conftest import Store, prepared_ports, settings_for

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]


@pytest.fixture
def settings(minio: Store, versitygw: Store, mongod: MongodServer, signing_keys: dict[str, str]) -> Settings:
    """Two stores; new files go to MinIO."""
    first = settings_for(minio, mongod, **signing_keys, download_url_expires_in=3600, upload_url_expires_in=3600)
    second = {
        "store_2_endpoint": versitygw.endpoint,
        "store_2_access_key": versitygw.access_key,
        "store_2_secret_key": versitygw.secret_key,
        "store_2_bucket": f"{first.minio_bucket}-2",
        "waived_checks": ("all",),
    }
    return Settings(**{**first.model_dump(), **second})


def environment(settings: Settings) -> dict[str, str]:
    values = {name: getattr(settings, name) for name in Settings.model_fields}
    texts = {
        name: value.get_secret_value() if hasattr(value, "get_secret_value") else value
        for name, value in values.items()
    }
    written = {
        name.upper(): ",".join(text) if isinstance(text, tuple) else str(int(text) if isinstance(text, bool) else text)
        for name, text in texts.items()
        if text is not None
    }
    return {**os.environ, **written}


def command(settings: Settings, *arguments: str) -> subprocess.Popen[str]:
    flask = [sys.executable, "-m", "flask", "--app", "service", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(flask, cwd=ROOT, env=environment(settings), text=True, **pipes)  # type: ignore[call-overload,no-any-return]


def output_of(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, error = process.communicate(timeout=3000)
    return process.returncode, out, error


def test_a_large_file_moves_in_parts_with_what_was_sent_with_it(settings: Settings) -> None:
    with prepared_ports(settings) as ports:
        file = confirm_upload(ports, ALICE, a_sent_multipart(ports, body=os.urandom(21_000_000)).upload_id, NO_METADATA)
        expected = fetch(ports, file)

        move(ports, "2")

        there = ports.records.get(file.upload_id)
        assert there
        assert there.bucket == f"2:{settings.store_2_bucket}"
        stored = ports.objects.head(there.bucket, there.object_key, there.version_id)
        assert isinstance(stored, StoredObject)
        assert (stored.size_bytes, stored.content_type) == (file.size_bytes, file.content_type)
        assert fetch(ports, there) == expected

        move(ports, "1")

        assert fetch(ports, replace(there, bucket=file.bucket, version_id=file.version_id)) == expected


def move(ports: Ports, to: str) -> MoveReport:
    report = MoveReport()
    require_target(ports, to)
    for _ in move_files(ports, to, partial(move_derived, ports), report, lambda: True):
        pass
    assert report.is_complete
    return report


def test_a_refused_move_names_its_code(settings: Settings) -> None:
    with prepared_ports(settings) as ports:
        file = a_file(ports)
        ports.objects.put_small(f"2:{settings.store_2_bucket}", "uploads/alice/stranger", b"bytes")

    code, _, error = output_of(command(settings, "store", "move", "--to", "2"))

    assert code == 1
    assert "target_not_empty" in error
    assert Path(file.object_key).name not in error
