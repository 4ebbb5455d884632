"""Sets up an S3 store at start-up: buckets, versioning, CORS and the credentials."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Union

from botocore.exceptions import ClientError

from service.shared.checks import StoreCheck
from service.shared.ports.keyring import Keyring
from service.store.checks.probe import SigningPair, credential_works
from service.store.checks.worker import worker_refused
from service.store.minio.credentials import (
    ACCOUNT_NAMES,
    derived_credentials,
    download_policy,
    upload_policy,
    worker_policy,
)
from service.store.minio.recognition import speaks_minio
from service.store.s3.errors import code_of, status_of
from service.store.settings import StoreSettings
from service.store.sigv4.query import Credentials
from service.store.versitygw.accounts import Account, VersitygwAccounts, speaks_versitygw

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from service.store.minio.accounts import MinioAccounts

__all__ = ["SigningPair", "StoreSetup"]


Accounts = Union["MinioAccounts", VersitygwAccounts]


@dataclass(frozen=True, slots=True)
class StoreSetup:
    """Creates what is missing and says in words what the store refused."""

    settings: StoreSettings
    client: "S3Client"
    keyring: Keyring

    def ensure_bucket(self, bucket: str) -> None:
        """Create the bucket if it is missing. Raises ClientError if it can be neither found nor created."""
        try:
            self.client.head_bucket(Bucket=bucket)
        except ClientError as error:
            if status_of(error) != 404:
                raise
            self._create(bucket)
        self._allow_origins(bucket)
        self._enable_versioning(bucket)

    def _create(self, bucket: str) -> None:
        try:
            self.client.create_bucket(Bucket=bucket)
        except ClientError as error:
            # Another worker may have been first.
            if code_of(error) not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise

    def _enable_versioning(self, bucket: str) -> None:
        # If this is refused, the check of the bucket's settings says so.
        with suppress(ClientError):
            if self.client.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
                self.client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})

    def _allow_origins(self, bucket: str) -> None:
        rule: Any = {
            "AllowedOrigins": list(self.settings.browser_origins),
            "AllowedMethods": ["GET", "HEAD", "PUT", "POST"],
            "AllowedHeaders": ["*"],
            "ExposeHeaders": ["ETag", "Location", "x-amz-version-id"],
            "MaxAgeSeconds": 3600,
        }
        # MinIO answers 501: it has one list for the whole server. The probe checks the effect.
        with suppress(ClientError):
            self.client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})

    def ensure_signing_pair(self, buckets: tuple[str, ...]) -> tuple[SigningPair, list[StoreCheck]]:
        """Return the upload and download credentials: as configured, else made on MinIO or VersityGW, else our own.

        On MinIO this also removes the accounts of earlier starts, in all three cases. Raises StoreUnavailable.
        """
        accounts = self._accounts(buckets)
        upload, upload_notes = self._credential("upload", upload_policy(buckets), buckets[0], accounts)
        download, download_notes = self._credential("download", download_policy(buckets), buckets[0], accounts)
        notes = upload_notes + download_notes + self._ensure_worker(buckets, accounts)
        if accounts:
            current = {upload.access_key, download.access_key, self.settings.minio_worker_access_key}
            left = accounts.remove_old(buckets, current)
            notes += [left] if left else []
        return SigningPair(upload, download), notes

    def _accounts(self, buckets: tuple[str, ...]) -> Accounts | None:
        """Return the accounts of the store, or None if the service knows no way to make any there."""
        if speaks_minio(self.settings):
            # Imported late: 80 ms that only a store whose accounts are made here has to wait for.
            from service.store.minio.accounts import MinioAccounts

            return MinioAccounts(self.settings)
        if speaks_versitygw(self.settings):
            return VersitygwAccounts(self.settings, self.client, list(self._requested(buckets)))
        return None

    def _requested(self, buckets: tuple[str, ...]) -> Iterator[Account]:
        """Yield the accounts that the service makes for these buckets where it can."""
        for purpose, policy in (("upload", upload_policy(buckets)), ("download", download_policy(buckets))):
            if not self._configured(purpose):
                derived = derived_credentials(self.settings, self.keyring, purpose, policy)
                yield Account(ACCOUNT_NAMES[purpose], derived, policy)
        if worker := self._configured("worker"):
            yield Account(ACCOUNT_NAMES["worker"], worker, worker_policy(buckets))

    def _credential(
        self, purpose: str, policy: dict[str, Any], bucket: str, accounts: Accounts | None
    ) -> tuple[Credentials, list[StoreCheck]]:
        configured = self._configured(purpose)
        if configured:
            return configured, []
        if accounts is None:
            return self._own(), [
                _own_instead(purpose, "the service makes such accounts on MinIO and VersityGW only", policy)
            ]
        derived = derived_credentials(self.settings, self.keyring, purpose, policy)
        # Read before writing: most starts find the accounts of an earlier one.
        if accounts.has(derived.access_key, policy) and credential_works(self.settings, derived, bucket):
            return derived, []
        refused = accounts.ensure(ACCOUNT_NAMES[purpose], derived, policy)
        return (self._own(), [_own_instead(purpose, refused, policy)]) if refused else (derived, [])

    def _ensure_worker(self, buckets: tuple[str, ...], accounts: Accounts | None) -> list[StoreCheck]:
        """Make the worker's account on MinIO or VersityGW if its pair is given; elsewhere the operator makes it."""
        worker = self._configured("worker")
        if worker is None or accounts is None:
            return []
        policy, key = worker_policy(buckets), worker.access_key
        works = accounts.has(key, policy) and credential_works(self.settings, worker, buckets[0])
        # The other two are named after our credential, so they are never another's.
        if works and accounts.is_ours(key):
            return []
        refused = accounts.ensure(ACCOUNT_NAMES["worker"], worker, policy)
        return [worker_refused(refused, policy)] if refused else []

    def _configured(self, purpose: str) -> Credentials | None:
        access_key = getattr(self.settings, f"minio_{purpose}_access_key")
        secret_key = getattr(self.settings, f"minio_{purpose}_secret_key").get_secret_value()
        return Credentials(access_key, secret_key) if access_key and secret_key else None

    def _own(self) -> Credentials:
        return Credentials(self.settings.minio_access_key, self.settings.minio_secret_key.get_secret_value())


def _own_instead(purpose: str, refused: str, policy: dict[str, Any]) -> StoreCheck:
    name = f"MINIO_{purpose.upper()}"
    return StoreCheck(
        name=f"{purpose}_account",
        ok=False,
        must=False,  # the probe finds what it may do too much
        finding=f"{refused}; URLs are signed with the service's own credential",
        fix=f"Make an account that may do this alone, and set {name}_ACCESS_KEY and {name}_SECRET_KEY: "
        + json.dumps(policy),
    )
