"""Assertions of the contract classes speak as those of tests do."""

import pytest

pytest.register_assert_rewrite(
    "tests.contracts.listing_contract",
    "tests.contracts.multipart_contract",
    "tests.contracts.object_store_contract",
    "tests.contracts.record_store_contract",
)
