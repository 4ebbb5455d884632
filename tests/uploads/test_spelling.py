"""Small typing errors, and which words are near enough."""

import pytest

from service.uploads.spelling import beginnings_near, nearest

WORDS = ["glasshouse", "glass", "lindqvist", "tone", "river", "rivers", "a", "日本語の歌"]


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("galsshouse", "glasshouse"),  # two letters swapped
        ("glashouse", "glasshouse"),  # one is missing
        ("glassshouse", "glasshouse"),  # one too many
        ("glazzhouse", "glasshouse"),  # two are wrong
        ("galss", "glass"),
        ("gals", "glass"),  # the beginning alone
        ("lindqist", "lindqvist"),
        ("rivre", "river"),
        ("日本の歌", "日本語の歌"),
        ("ton", "tone"),
        ("gold", None),
        ("glxxhouse1", None),
        ("zzzz", None),
    ],
)
def test_the_nearest_word_is_found(typed: str, word: str | None) -> None:
    """One mistake, or two in a long word; the shortest of several words that are equally near."""
    assert nearest(typed, WORDS) == word


def test_it_is_looked_for_among_words_of_similar_beginnings() -> None:
    """One letter of the first three may be missing, doubled or swapped; a short word may be any other."""
    assert beginnings_near("galsshouse") == ["ag", "al", "ga", "gl"]
    assert beginnings_near("ton") == []
