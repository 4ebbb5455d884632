"""The pytest plugin of `make mutants`: skips the tests for which Hypothesis generates hundreds of cases."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the tests with generated cases."""
    made_up = [item for item in items if item.get_closest_marker("hypothesis")]
    config.hook.pytest_deselected(items=made_up)
    items[:] = [item for item in items if not item.get_closest_marker("hypothesis")]
