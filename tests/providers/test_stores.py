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
    # All are about how it lists parts; the service's own tests below show that the service copes.
    known = frozenset(
        (
            "test_a_part_is_bound_to_its_digest",
            "test_a_part_without_the_digest_it_was_opened_for_is_refused",
            "test_other_parts_than_those_it_holds_are_refused",
            "test_parts_are_listed_by_number_with_their_sizes",
        )
    )


class TestGarage(OnStore, EnforcingStoreContract, RealMultipartContract, DoctorOnStore, RefusedStore):
    """Nothing can hold a seal there."""

    store_name, version = "Garage", garage.VERSION
    refused_for = frozenset(("write_once", "multipart_write_once", "upload_stays_in_prefix"))
    known = frozenset(
        (
            "test_a_copy_onto_an_object_makes_a_new_version",
            "test_a_form_dies_in_time",
            "test_a_part_url_is_for_its_own_multipart_and_number_alone",
            "test_a_put_writes_once",
            "test_all_parts_but_the_last_have_5_mib",
            "test_an_object_that_is_there_is_not_replaced",
            "test_an_unknown_version_is_none",
            "test_each_put_makes_a_version_that_stays",
            "test_more_versions_than_the_store_lists_at_once_are_removed",
            "test_one_version_is_removed_for_good",
            "test_part_numbers_go_from_1_to_10000",
            "test_parts_become_the_object_when_completed",
            "test_purge_spares_what_it_is_told_to_keep",
            "test_the_digest_is_that_of_the_version",
            "test_urls_die_in_time",
            "test_what_is_put_is_found",
        )
    )
    failing = refused_for | {"cors_foreign", "versioning"}
