"""`make test-stores`: each store, asked the same. Its run writes docs/providers.md."""

import pytest

from dev import versitygw
from dev.minio import VERSION as MINIO_VERSION
from dev.providers import garage, seaweedfs
from tests.contracts.object_store_contract import EnforcingStoreContract
from tests.contracts.real_stores import RealMultipartContract
from tests.providers.contract import DoctorOnStore, OnStore, RefusedStore, StoreContract

pytestmark = [pytest.mark.real, pytest.mark.stores, pytest.mark.timeout(600)]


class TestMinio(StoreContract):
    """The first store."""

    store_name, version = "MinIO", MINIO_VERSION


class TestVersitygw(StoreContract):
    """The second."""

    store_name, version = "VersityGW", versitygw.VERSION
    unknown_version = "01JD8ZK3V0X5W9QH2M4N6P7R8S"  # of the form that it gives; it calls others invalid


class TestSeaweedfs(StoreContract):
    """For clusters."""

    store_name, version = "SeaweedFS", f"{seaweedfs.RELEASE} ({seaweedfs.VERSION})"


class TestGarage(OnStore, EnforcingStoreContract, RealMultipartContract, DoctorOnStore, RefusedStore):
    """Nothing can hold a seal there."""

    store_name, version = "Garage", garage.VERSION
    failing = frozenset(("write_once", "multipart_write_once", "upload_stays_in_prefix"))
