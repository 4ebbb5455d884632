"""Which Node is new enough."""

import pytest

from dev.node import is_new_enough


@pytest.mark.parametrize("version", [(20, 19), (20, 20), (22, 12), (24, 0)])
def test_a_node_that_vite_runs_on_is_taken(version: tuple[int, int]) -> None:
    """Using the one on PATH saves a download."""
    assert is_new_enough(version)


@pytest.mark.parametrize("version", [(18, 20), (20, 18), (21, 7), (22, 11), (0, 0)])
def test_a_node_that_vite_does_not_run_on_is_passed_over(version: tuple[int, int]) -> None:
    """The pinned wheel is used instead; 21 has ended and lacks features of 20.19."""
    assert not is_new_enough(version)
