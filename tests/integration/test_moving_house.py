"""Files move from MinIO to VersityGW and back."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from service.settings import Settings
from service.store.model import StoredObject
from tests.builders import ALICE, NO_METADATA, a_file, a_sent_multipart, confirm_upload, fetch
from tests.conftest import prepared_ports
from tests.helpers.moving import move, run_to_end

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]


def test_a_large_file_moves_in_parts_with_what_was_sent_with_it(two_stores: Settings) -> None:
    with prepared_ports(two_stores) as ports:
        file = confirm_upload(ports, ALICE, a_sent_multipart(ports, body=os.urandom(21_000_000)).upload_id, NO_METADATA)
        expected = fetch(ports, file)

        assert move(ports, "2").is_complete

        there = ports.records.get(file.upload_id)
        assert there
        assert there.bucket == f"2:{two_stores.store_2_bucket}"
        stored = ports.objects.head(there.bucket, there.object_key, there.version_id)
        assert isinstance(stored, StoredObject)
        assert (stored.size_bytes, stored.content_type) == (file.size_bytes, file.content_type)
        assert fetch(ports, there) == expected

        assert move(ports, "1").is_complete

        assert fetch(ports, replace(there, bucket=file.bucket, version_id=file.version_id)) == expected


def test_a_refused_move_names_its_code(two_stores: Settings) -> None:
    with prepared_ports(two_stores) as ports:
        file = a_file(ports)
        ports.objects.put_small(f"2:{two_stores.store_2_bucket}", "uploads/alice/stranger", b"bytes")

    code, _, error = run_to_end(two_stores, "store", "move", "--to", "2")

    assert code == 1
    assert "target_not_empty" in error
    assert Path(file.object_key).name not in error
