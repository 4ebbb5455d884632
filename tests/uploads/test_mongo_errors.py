"""pymongo's errors about many rows, translated into the service's own."""

import pytest
from pymongo.errors import BulkWriteError

from service.shared.errors import DatabaseUnavailable, MoodropError
from service.uploads.errors import ObjectKeyTaken
from service.uploads.mongo.errors import translated

DUPLICATE = {"index": 0, "code": 11000, "errmsg": "E11000 duplicate key error"}
STEPPED_DOWN = {"index": 1, "code": 11602, "errmsg": "operation was interrupted"}


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"writeErrors": [DUPLICATE]}, ObjectKeyTaken),
        ({"writeErrors": [STEPPED_DOWN]}, DatabaseUnavailable),
        ({"writeErrors": [], "writeConcernErrors": [{"code": 91, "errmsg": "shutdown"}]}, DatabaseUnavailable),
    ],
)
def test_a_row_that_failed_is_not_always_a_duplicate(details: dict[str, object], expected: type[MoodropError]) -> None:
    """If a primary steps down in the middle, no key is reported as taken."""
    with pytest.raises(expected), translated():
        raise BulkWriteError(details)
