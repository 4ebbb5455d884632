"""Lets pytest rewrite assertions in the contract classes as in tests."""

import pytest

pytest.register_assert_rewrite(
    "tests.contracts.listing_contract",
    "tests.contracts.multipart_contract",
    "tests.contracts.object_store_contract",
    "tests.contracts.quotas_contract",
    "tests.contracts.record_store_contract",
)
