"""How many files of the service a newcomer has to read to follow one request."""

import pytest

from dev.walk import MOST_FILES, Walks, walk


@pytest.fixture(scope="module")
def walks() -> dict[str, list[str]]:
    return Walks().all()


@pytest.mark.parametrize("title", MOST_FILES)
def test_a_request_enters_few_files(walks: dict[str, list[str]], title: str) -> None:
    """Every further file is one more to read when following a request for the first time."""
    assert len(walks[title]) <= MOST_FILES[title], walks[title]


def test_a_walk_leads_from_the_view_to_the_use_case(walks: dict[str, list[str]]) -> None:
    """A walk that misses calls would be short for the wrong reason."""
    for files in walks.values():
        assert any("/api/" in name for name in files)
        assert any("/usecases/" in name for name in files)


def test_a_request_that_fails_is_no_walk() -> None:
    """It would end early and count too few files."""
    walks = Walks()

    with pytest.raises(RuntimeError, match="404"):
        walk(lambda: walks.client.get("/v1/nowhere"))
