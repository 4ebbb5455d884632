"""Recommendations and radios through the client, against the real service."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from moodrop import Client, Why
from moodrop.errors import Invalid, NotFound
from tests.client.recording import RecordingTransport

pytestmark = pytest.mark.real

ABSENT = "01JD8ZK3V0X5W9QH2M4N6P7R8S"


def test_a_file_comes_with_its_reason(moodrop: Client, a_file: Callable[..., Path]) -> None:
    happy = moodrop.upload(a_file(), mood="happy")
    moodrop.upload(a_file(), mood="sad")

    answer = moodrop.recommender().recommend("happy", strict=True)

    assert [(row.file, row.why) for row in answer.recommendations] == [(happy, Why(code="new_here"))]
    assert answer.how == "rules"
    assert len(moodrop.recommender().recommend(limit=1).recommendations) == 1


def test_a_radio_goes_on_with_what_it_has_not_played(moodrop: Client, a_file: Callable[..., Path]) -> None:
    start, played, refused, left = (moodrop.upload(a_file(), mood="happy").file_id for _ in range(4))

    radio = moodrop.recommender().continue_radio(file_id=start, played=[start, played], refused=[refused], limit=1)

    assert [row.file.file_id for row in radio.recommendations] == [left]


def test_a_long_radio_sends_its_last_two_hundred(moodrop: Client, wire: RecordingTransport) -> None:
    """The service takes no more."""
    ids = [f"01JD8ZK3V0X5W9QH2M4N6P7{number:03}" for number in range(201)]

    moodrop.recommender().continue_radio(mood="happy", played=ids, refused=ids)

    body = json.loads(wire.sent[-1].content)
    assert (body["played"], body["refused"]) == (ids[1:], ids[1:])


def test_what_there_is_not_is_told(moodrop: Client) -> None:
    with pytest.raises(NotFound):
        moodrop.recommender().continue_radio(file_id=ABSENT)
    with pytest.raises(Invalid):
        moodrop.recommender().recommend("furious")
