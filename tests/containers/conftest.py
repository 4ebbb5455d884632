"""The deployment that all tests of a file share."""

from collections.abc import Iterator

import pytest

from tests.helpers.containers import Deployment


@pytest.fixture(scope="module")
def settings_of_compose() -> str:
    """The lines of `.env` beside the secrets; a file of tests may have its own."""
    return ""


@pytest.fixture(scope="module")
def deployment(settings_of_compose: str) -> Iterator[Deployment]:
    """A fresh deployment, which is ready. Its data is removed at the end."""
    deployment = Deployment()
    deployment.configure(settings_of_compose)
    try:
        deployment.up()
        yield deployment
    finally:
        deployment.down(remove_data=True)
