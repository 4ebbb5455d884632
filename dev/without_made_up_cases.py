"""The pytest plugin of `make mutants`: leaves out the tests for which Hypothesis makes up cases by the hundred."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave them out."""
    made_up = [item for item in items if item.get_closest_marker("hypothesis")]
    config.hook.pytest_deselected(items=made_up)
    items[:] = [item for item in items if not item.get_closest_marker("hypothesis")]
