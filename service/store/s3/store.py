"""MinIO and any S3: boto3 for what the service does itself, our signer for every URL that leaves."""

import base64
import hashlib
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from service.shared.adapters.outgoing import proxies_for, store_certificates
from service.shared.checks import StoreCheck
from service.shared.errors import NotReady
from service.shared.ports.keyring import Keyring
from service.shared.redaction import hide
from service.store.checks.attempts import attempt
from service.store.checks.bodies import body_checks
from service.store.checks.browser import browser_checks
from service.store.checks.foreign_headers import foreign_headers
from service.store.checks.form import FORM, form_check
from service.store.checks.half_bodies import HALF_BODY, half_body
from service.store.checks.multipart import either_seals, multipart_checks
from service.store.checks.parts import PART_DIGESTS, part_checks
from service.store.checks.probe import (
    CHECKSUM_STORED,
    WRITE_ONCE_CHECKS,
    StoreProbe,
    credential_is_unknown,
)
from service.store.checks.unsigned_writes import UNSIGNED_WRITE, unsigned_write
from service.store.checks.worker import check_derived
from service.store.model import ChecksumAlgorithm, StoredObject
from service.store.s3.bucket import bucket_checks
from service.store.s3.errors import (
    clock_skew_s,
    code_of,
    status_of,
    translated,
)
from service.store.s3.head import (
    UNREADABLE,
    HeadSender,
    label_metadata,
    stored_object,
    unreadable_object,
)
from service.store.s3.looks import HASTY_TIMEOUT_S, Looks
from service.store.s3.multipart import S3Multiparts
from service.store.s3.notifications import ensure_notifications
from service.store.s3.purges import S3Purges
from service.store.s3.repeats import repeated
from service.store.s3.setup import SigningPair, StoreSetup
from service.store.s3.transfers import S3Transfers
from service.store.s3.urls import S3Urls
from service.store.settings import StoreSettings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# With the defaults (60 s a try, five tries) a confirm would hang for minutes on a silent store.
CONNECT_TIMEOUT_S = 1
READ_TIMEOUT_S = 3
# A ping costs the store nothing.
PING_TIMEOUT_S = 1.5
# CopyObject answers once all bytes are copied: about 3 s a GiB measured on MinIO. Completing may take as long.
COPY_TIMEOUT_S = 60
CHUNK_BYTES = 1024 * 1024


def s3_client(settings: StoreSettings, *, read_timeout: float = READ_TIMEOUT_S, tries: int = 2) -> "S3Client":
    """Return a client with the service's own credential; nothing that it signs leaves the service."""
    client = boto3.client(
        "s3",
        endpoint_url=settings.minio_endpoint,
        aws_access_key_id=settings.minio_access_key,
        aws_secret_access_key=settings.minio_secret_key.get_secret_value(),
        region_name=settings.minio_region,
        verify=store_certificates(),
        config=Config(
            signature_version="s3v4",
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=read_timeout,
            retries={"total_max_attempts": tries, "mode": "standard"},
            max_pool_connections=32,
            proxies=proxies_for(settings.minio_endpoint),
            s3={"addressing_style": settings.minio_addressing_style},
            # Newer botocore adds CRC32 to everything; some S3 servers refuse it.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
    client.meta.events.register_first("needs-retry.s3", _do_not_wait_twice)
    return client


def _do_not_wait_twice(caught_exception: Exception | None = None, **_: object) -> None:
    """Have boto3 raise a time-out instead of retrying: a store that was silent so long would be silent again."""
    if isinstance(caught_exception, ReadTimeoutError):
        raise caught_exception


class S3ObjectStore(S3Multiparts, S3Urls, S3Purges, S3Transfers):
    """The ObjectStore port on any store that speaks S3."""

    def __init__(self, settings: StoreSettings, keyring: Keyring) -> None:
        self._settings = settings
        self._keyring = keyring
        S3Urls.__init__(self, settings)
        patient = s3_client(settings, read_timeout=COPY_TIMEOUT_S, tries=1)
        heads = HeadSender(settings, connect_timeout=CONNECT_TIMEOUT_S, read_timeout=READ_TIMEOUT_S)
        hasty = HeadSender(settings, connect_timeout=CONNECT_TIMEOUT_S, read_timeout=HASTY_TIMEOUT_S)
        S3Multiparts.__init__(self, s3_client(settings), patient, heads)
        S3Purges.__init__(self, self._client, heads)
        self._looks = Looks(heads, hasty)
        self._pings = s3_client(settings, read_timeout=PING_TIMEOUT_S, tries=1)
        self._signing: SigningPair | None = None
        self._keeps_checksums = True
        self._seals_puts = True
        self._refuses_half_bodies = True
        self._takes_forms = True

    def prepare(self, buckets: tuple[str, ...]) -> list[StoreCheck]:
        setup = StoreSetup(self._settings, self._client, self._keyring)
        with translated("the start-up checks"):
            for bucket in buckets:
                setup.ensure_bucket(bucket)
        self._signing, refused = setup.ensure_signing_pair(buckets)
        if arn := self._settings.minio_events_arn:
            with translated("the set-up of notifications"):
                refused += [check for bucket in buckets for check in ensure_notifications(self._client, bucket, arn)]
        pair = self._signing
        hide(pair.upload.access_key, pair.upload.secret_key, pair.download.access_key, pair.download.secret_key)
        self.sign_with(pair)
        # True until a check of one of the buckets finds otherwise.
        self._keeps_checksums = self._seals_puts = self._refuses_half_bodies = True
        self._takes_forms = self._lists_part_digests = True
        return refused

    def check(self, bucket: str) -> list[StoreCheck]:
        if self._signing is None:
            raise NotReady("the store is not prepared yet")
        probe, checks = self._probe(self._signing, bucket), list[StoreCheck]()
        checks += self._run_checks(self._signing, bucket, probe)
        checks += attempt("cleanup", probe.leave)
        self._obey(checks)
        return checks

    def _run_checks(self, signing: SigningPair, bucket: str, probe: StoreProbe) -> list[StoreCheck]:
        here = (self._settings, signing, self, bucket)
        puts = attempt("put", probe.run, must=True, made=probe.results)
        multiparts = attempt("multipart", lambda: multipart_checks(*here, probe.key()), must=True)
        return [
            *either_seals(puts, multiparts),
            *attempt("parts", lambda: part_checks(*here, probe.key(), self.list_part_rows)),
            *attempt(FORM, lambda: [form_check(*here)]),
            *attempt(HALF_BODY, lambda: [half_body(*here, probe.key())]),
            *attempt(UNSIGNED_WRITE, lambda: [unsigned_write(*here, probe.key(), probe.key())], must=True),
            *attempt("foreign_headers", lambda: [foreign_headers(self._settings, signing, bucket, probe.key())]),
            *attempt("public_endpoint", lambda: browser_checks(self._settings, signing, bucket, probe.key())),
            *attempt("download_reads_derived", lambda: self._check_derived(signing, bucket)),
            *attempt("versioning", lambda: bucket_checks(self._client, bucket)),
        ]

    def _obey(self, checks: list[StoreCheck]) -> None:
        """Have later uploads go as this store needs it."""
        failed = {check.name: check for check in checks if not check.ok}
        half = failed.get(HALF_BODY)
        self._keeps_checksums &= CHECKSUM_STORED not in failed
        self._seals_puts &= failed.keys().isdisjoint(WRITE_ONCE_CHECKS)
        self._refuses_half_bodies &= half is None or half.is_named_in(self._settings.waived_checks)
        self._takes_forms &= FORM not in failed
        self._lists_part_digests &= PART_DIGESTS not in failed

    def _probe(self, signing: SigningPair, bucket: str) -> StoreProbe:
        return StoreProbe(
            self._settings, signing, bucket, purge=self.purge, purge_below=self.purge_below, head=self.head
        )

    def _check_derived(self, signing: SigningPair, bucket: str) -> list[StoreCheck]:
        def put(object_key: str, body: bytes) -> None:
            with translated("a PUT of the probe"):
                self._client.put_object(Bucket=bucket, Key=object_key, Body=body)

        return check_derived(
            self._settings, signing.download, bucket, put=put, purge=self.purge, purge_below=self.purge_below
        )

    def check_bodies(self, bucket: str, *, sizes: Collection[int]) -> list[StoreCheck]:
        if self._signing is None:
            raise NotReady("the store is not prepared yet")
        with self._probe(self._signing, bucket) as probe:
            return body_checks(self._settings, self._signing, bucket, probe.key(), sizes)

    @property
    def seals_puts(self) -> bool:
        return self._seals_puts

    @property
    def refuses_half_bodies(self) -> bool:
        return self._refuses_half_bodies

    @property
    def takes_forms(self) -> bool:
        return self._takes_forms

    def many(self, owner: str) -> AbstractContextManager[None]:
        return nullcontext()

    def ping(self, bucket: str) -> float:
        asked_at = datetime.now(UTC)
        with translated(f"a look at bucket {bucket!r}"):
            answer = self._pings.head_bucket(Bucket=bucket)
        return clock_skew_s(answer, asked_at)

    def knows_signers(self, bucket: str) -> bool:
        pair = self._signing
        signers = (pair.upload, pair.download) if pair else ()
        return not any(credential_is_unknown(self._settings, one, bucket) for one in signers)

    def arrived(self, bucket: str, object_key: str) -> StoredObject | None:
        return self._read_head(bucket, object_key, lambda: self._looks.arrived(bucket, object_key))

    def head(self, bucket: str, object_key: str, version_id: str | None = None) -> StoredObject | None:
        return self._read_head(bucket, object_key, lambda: self._heads.head(bucket, object_key, version_id))

    def _read_head(
        self, bucket: str, object_key: str, send: Callable[[], Mapping[str, str] | None]
    ) -> StoredObject | None:
        with translated(f"HEAD {object_key!r}"):
            try:
                headers = send()
            except ClientError as error:
                status = status_of(error)
                # A HEAD has no body: a missing bucket answers the same bare 404 as a missing object, and a request
                # that is wrong in itself the same 400 as an object that cannot be shown.
                if status not in (404, *UNREADABLE) or not self._heads.has_bucket(bucket):
                    raise
                return None if status == 404 else unreadable_object()
        return stored_object(headers, keeps_checksums=self._keeps_checksums) if headers else None

    def digest(self, bucket: str, object_key: str, version_id: str | None, algorithm: ChecksumAlgorithm) -> str | None:
        if algorithm not in hashlib.algorithms_available:
            return None
        which: Any = {"VersionId": version_id} if version_id else {}
        with translated(f"GET {object_key!r}"):
            try:
                body = self._patient_client.get_object(Bucket=bucket, Key=object_key, **which)["Body"]
            except ClientError as error:
                if status_of(error) == 404:
                    return None
                raise
            made = hashlib.new(algorithm, usedforsecurity=False)
            for chunk in body.iter_chunks(CHUNK_BYTES):
                made.update(chunk)
        return base64.b64encode(made.digest()).decode()

    def copy(
        self,
        bucket: str,
        source_key: str,
        target_key: str,
        *,
        if_match: str,
        content_type: str,
        label: str | None = None,
    ) -> StoredObject | None:
        with translated(f"a copy to {target_key!r}"):
            try:
                made = repeated(
                    lambda: self._patient_client.copy_object(
                        Bucket=bucket,
                        Key=target_key,
                        CopySource={"Bucket": bucket, "Key": source_key},
                        CopySourceIfMatch=f'"{if_match}"',
                        # REPLACE drops whatever unsigned headers the client's PUT left on the object.
                        MetadataDirective="REPLACE",
                        TaggingDirective="REPLACE",
                        ContentType=content_type,
                        Metadata=label_metadata(label),
                    )
                )
            except ClientError as error:
                if status_of(error) in (404, 412) or code_of(error) == "PreconditionFailed":
                    return None
                raise
        return self.head(bucket, target_key, made.get("VersionId"))
