"""What a busy store answers is asked for again, a few times."""

import pytest
from botocore.exceptions import ClientError

from service.store.s3 import repeats
from service.store.s3.errors import status_of
from service.store.s3.repeats import repeated


class Store:
    """Answers with these statuses, one after the other."""

    def __init__(self, *statuses: int) -> None:
        self.left = list(statuses)

    def put(self) -> str:
        status = self.left.pop(0)
        if status == 200:
            return "made"
        raise ClientError({"Error": {"Code": "X"}, "ResponseMetadata": {"HTTPStatusCode": status}}, "PutObject")  # type: ignore[typeddict-item]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "PAUSES_S", (0, 0, 0))


@pytest.mark.parametrize("busy", [409, 503])
def test_a_busy_store_is_asked_four_times(busy: int) -> None:
    store = Store(busy, busy, busy, 200, 200)

    assert repeated(store.put) == "made"
    assert store.left == [200]

    with pytest.raises(ClientError) as caught:
        repeated(Store(busy, busy, busy, busy, 200).put)
    assert status_of(caught.value) == busy


@pytest.mark.parametrize("final", [400, 403, 404, 412, 500, 507])
def test_any_other_answer_stands(final: int) -> None:
    store = Store(final, 200)

    with pytest.raises(ClientError):
        repeated(store.put)
    assert store.left == [200]
