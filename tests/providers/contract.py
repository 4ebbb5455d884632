"""What `make test-stores` asks of each store: the doctor's checks, the contracts, and the service at work."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import google_crc32c
import pytest
import urllib3
from flask.testing import FlaskClient

from service.app import create_app
from service.operations.usecases.doctor import Finding, examine
from service.settings import Settings
from service.store.s3.store import S3ObjectStore
from tests.builders import KEYRING, SONG
from tests.contracts.object_store_contract import KEY, EnforcingStoreContract, World
from tests.contracts.real_stores import RealMultipartContract, form_over_http, over_http
from tests.helpers.planted_differences import assert_each_is_reported, prepared_world
from tests.helpers.store_uses import use, use_form, use_parts

SettingsOn = Callable[..., Settings]
# These checks concern the service, not the store.
NOT_OF_A_STORE = frozenset(("database", "clock", "workers"))
FIRST_PART = bytes(16 * 1024 * 1024)


class OnStore:
    """A store, and a bucket on it that each test finds empty."""

    store_name: str
    # Such that the store calls it unknown and not wrong.
    unknown_version = EnforcingStoreContract.unknown_version

    @pytest.fixture(scope="class")
    @classmethod
    def prepared(cls, settings_on: SettingsOn) -> World:
        settings = settings_on(cls.store_name)
        store = S3ObjectStore(settings, KEYRING)
        store.prepare((settings.minio_bucket,))
        store.check(settings.minio_bucket)  # whose findings choose how parts are opened
        return World(store, settings.minio_bucket, over_http, form_over_http)

    @pytest.fixture
    def world(self, prepared: World) -> World:
        for prefix in ("uploads/", "incoming/"):
            prepared.store.purge_below(prepared.bucket, prefix)
        prepared.store.abort_multiparts(prepared.bucket, KEY)
        return prepared


class DoctorOnStore:
    """What the doctor says, which is recorded check by check."""

    store_name: str
    version: str
    # What the doctor must find, and nothing else.
    failing: frozenset[str] = frozenset()

    def test_the_doctor_finds_what_is_known(
        self, settings_on: SettingsOn, record_property: Callable[[str, object], None]
    ) -> None:
        findings = examined(settings_on(self.store_name))

        record_property("version", self.version)
        for finding in findings:
            if finding.check.name not in NOT_OF_A_STORE:
                text = " ".join(finding.check.finding.split())
                record_property("check", f"{finding.check.name}\t{finding.result}\t{text}")
        failed = {finding.check.name: finding.check.finding for finding in findings if finding.result == "failed"}
        assert failed.keys() == self.failing, failed


def examined(settings: Settings) -> list[Finding]:
    ports = create_app(settings).extensions["moodrop"].ports
    try:
        return examine(ports, ())
    finally:
        ports.records.close()


class ServiceOnStore:
    """The service at work, with whatever it learnt of the store."""

    store_name: str

    @pytest.fixture
    def settings(self, settings_on: SettingsOn) -> Settings:
        # VersityGW keeps half bodies; these uploads are whole.
        return settings_on(self.store_name, waived_checks=("half_body",))

    @pytest.fixture
    def client(self, settings: Settings) -> Iterator[FlaskClient]:
        app = create_app(settings)
        yield app.test_client()
        app.extensions["moodrop"].ports.records.close()

    @pytest.fixture
    def parts_client(self, settings: Settings) -> Iterator[FlaskClient]:
        app = create_app(settings.model_copy(update={"put_max_bytes": 0}))
        yield app.test_client()
        app.extensions["moodrop"].ports.records.close()

    def test_files_come_and_go(self, client: FlaskClient) -> None:
        use(client)
        use_form(client)

    def test_parts_that_the_store_dropped_are_sent_again(self, parts_client: FlaskClient, settings: Settings) -> None:
        use_parts(parts_client, settings)

    @pytest.mark.parametrize("algorithm", [None, "crc32c", "sha256"])
    def test_a_part_may_be_sent_twice(self, parts_client: FlaskClient, algorithm: str | None) -> None:
        """As a client does that got no answer: the file has the bytes, and is confirmed."""
        body = FIRST_PART + SONG
        new: dict[str, Any] = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": len(body)}
        new |= {"part_checksum_algorithm": algorithm} if algorithm else {}
        upload_id = parts_client.post("/v1/uploads", json=new).get_json()["upload_id"]
        bodies = [FIRST_PART, SONG]
        declared = [{"part_number": n, "checksum_base64": digest(algorithm, b)} for n, b in enumerate(bodies, 1)]
        asked = {"parts": declared} if algorithm else {}
        signed = parts_client.post(f"/v1/uploads/{upload_id}/urls", json=asked).get_json()["transfer"]["parts"]

        sent = [send(part, bodies[part["part_number"] - 1]) for part in (*signed, *signed)]
        listed = parts_client.get(f"/v1/uploads/{upload_id}").get_json()["stored_parts"]
        confirmed = parts_client.post(f"/v1/uploads/{upload_id}/confirm")

        assert sent == [200] * 4
        assert [part["part_number"] for part in listed] == [1, 2]
        assert confirmed.status_code == 200, confirmed.get_json()
        url = parts_client.get(f"/v1/files/{upload_id}/download").get_json()["url"]
        assert urllib3.request("GET", url, retries=False).data == body

    def test_reconcile_finds_each_planted_difference_and_nothing_else(self, settings: Settings) -> None:
        with prepared_world(settings) as world:
            assert_each_is_reported(world)


class RefusedStore:
    """The service does not start on it, and says why."""

    store_name: str
    refused_for: frozenset[str]

    def test_the_service_refuses_it_by_name(self, settings_on: SettingsOn) -> None:
        app = create_app(settings_on(self.store_name))
        answer = app.test_client().get("/v1/files")
        app.extensions["moodrop"].ports.records.close()

        assert (answer.status_code, answer.get_json()["code"]) == (503, "store_unsafe")
        assert all(name in answer.get_json()["detail"] for name in self.refused_for)


def digest(algorithm: str | None, body: bytes) -> str:
    made = hashlib.sha256(body) if algorithm == "sha256" else google_crc32c.Checksum(body)
    return base64.b64encode(made.digest()).decode()


def send(part: dict[str, Any], body: bytes) -> int:
    headers = {name: value for name, value in part["headers"].items() if name != "content-length"}
    return urllib3.request("PUT", part["url"], body=body, headers=headers, retries=False, timeout=60).status


class StoreContract(OnStore, EnforcingStoreContract, RealMultipartContract, DoctorOnStore, ServiceOnStore):
    """Everything."""

    unknown_version = EnforcingStoreContract.unknown_version
