"""What a recommender process may say: everything else is refused before anybody reads it."""

from typing import Any

import pytest
from pydantic import ValidationError

from service.listening.recommend.messages import Question, Suggestions
from service.listening.recommend.model import MOST_SUGGESTIONS, Suggestion, Taste

ONE, TWO = f"{1:026d}", f"{2:026d}"
GOOD = {"file_id": ONE, "score": 0.5, "because": TWO}


def test_both_sides_read_what_the_other_wrote() -> None:
    taste = Taste(((ONE, 3),), "happy", (TWO,))
    assert Question.model_validate_json(Question.of(taste).model_dump_json()).taste == taste
    suggestions = [Suggestion(ONE, 0.5, TWO), Suggestion(TWO, 0.25)]
    assert Suggestions.model_validate_json(Suggestions.of(suggestions).model_dump_json()).to_list() == suggestions


@pytest.mark.parametrize(
    "row",
    [
        GOOD | {"file_id": "../../etc/passwd"},
        GOOD | {"file_id": 7},
        GOOD | {"score": -1},
        GOOD | {"score": 0},
        GOOD | {"score": "0.5"},
        GOOD | {"score": float("nan")},
        GOOD | {"score": 1e300},
        GOOD | {"because": "<script>"},
        GOOD | {"title": "a song"},
        {"score": 0.5},
        "text",
    ],
    ids=str,
)
def test_a_row_that_is_no_suggestion(row: Any) -> None:
    with pytest.raises(ValidationError):
        Suggestions.model_validate({"suggestions": (row,)})


def test_more_rows_than_were_asked_for() -> None:
    with pytest.raises(ValidationError):
        Suggestions.model_validate({"suggestions": (GOOD,) * (MOST_SUGGESTIONS + 1)})
