"""Reconcile finds each kind of difference, on both stores, and none where there is none."""

from collections.abc import Iterator

import pytest

from service.settings import Settings
from service.uploads.model import Checksum
from tests.builders import OTHER, a_file, sha256_of
from tests.helpers.planted_differences import World, assert_each_is_reported, plant_change, prepared_world

pytestmark = pytest.mark.real


@pytest.fixture
def world(either_settings: Settings) -> Iterator[World]:
    with prepared_world(either_settings) as world:
        yield world


def test_each_planted_difference_is_found_and_nothing_else(world: World) -> None:
    assert_each_is_reported(world)


def test_a_thorough_check_compares_the_digest(world: World) -> None:
    """A digest that the store does not have is found only by asking for it."""
    file = a_file(world.ports)
    _, key = plant_change(world, file, checksum=Checksum("sha256", sha256_of(OTHER).value_base64, verified=True))
    assert world.planted() == set()
    assert world.planted(thorough=True) == {("lost_file", key)}
