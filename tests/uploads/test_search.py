"""How words are folded, split and limited, so that what people type finds what people wrote."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.uploads.metadata import FileMetadata
from service.uploads.search import (
    MAX_SORT_CHARACTERS,
    MAX_WORD_CHARACTERS,
    MAX_WORDS,
    NONE_LAST,
    fold,
    index_fields,
    prefixes_of,
    words_of,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tönë", "TONE"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("e\N{COMBINING ACUTE ACCENT}te\N{COMBINING ACUTE ACCENT}", "été"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}b", "ab"),
        ("ﬁne", "FINE"),
        ("Σίσυφος", "ΣΙΣΥΦΟΣ"),
        ("ガ", "カ"),
        ("①", "1"),
    ],
)
def test_spellings_of_one_word_are_one(one: str, other: str) -> None:
    """Differences in case, accents, widths and ligatures do not count."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("\N{LATIN SMALL LETTER DOTLESS I}", "i"), ("ö", "oe"), ("日本", "日木"), ("v1", "v2")]
)
def test_other_letters_stay_other_letters(one: str, other: str) -> None:
    """Folding removes marks, but does not translate."""
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("my_song-name (live).mp3", ("my", "song", "name", "live", "mp3")),
        ("AC/DC's 99 Luftballons", ("ac", "dc", "s", "99", "luftballons")),
        ("日本語の歌 2", ("日本語の歌", "2")),
        ("a.*b[c]^$\\", ("a", "b", "c")),
        ("one One ONE", ("one",)),
        ("\N{MULTIPLE MUSICAL NOTES}", ()),
        ("", ()),
        ("x" * 1000, ("x" * MAX_WORD_CHARACTERS,)),
    ],
)
def test_a_text_is_parted_into_words(text: str, words: tuple[str, ...]) -> None:
    """Words are letters and digits of any script; everything else separates them, even '_'."""
    assert words_of(text) == words


def test_words_are_limited() -> None:
    """So a document's index entries are limited; the title's words come first."""
    words = words_of("title", " ".join(f"w{n}" for n in range(500)))

    assert len(words) == MAX_WORDS
    assert words[0] == "title"


def test_a_file_is_found_by_title_artist_album_tags_and_name() -> None:
    """And sorted by its title, or by its name without one."""
    metadata = FileMetadata(
        title="Blue", artist="Zoë", album="Ärger", duration_seconds=3, tags=["Live Set"], mood="sad"
    )

    fields = index_fields("a_b.MP3", metadata)

    assert fields == {
        "words": ("blue", "zoe", "arger", "live", "set", "sad", "a", "b", "mp3"),
        "sort_title": "blue",
        "sort_artist": "zoe",
        "sort_album": "arger",
        "sort_length": 3.0,
    }
    assert index_fields("x", metadata, 215.4)["sort_length"] == 215.4
    assert index_fields("x", FileMetadata())["sort_artist"] == NONE_LAST
    assert index_fields("Ä.mp3", FileMetadata())["sort_title"] == "a.mp3"


def test_the_sort_key_is_short_enough_for_a_cursor() -> None:
    """Folding may turn one character into eighteen."""
    assert len(index_fields("x", FileMetadata(title="\ufdfa" * 200))["sort_title"]) == MAX_SORT_CHARACTERS


@pytest.mark.parametrize(("q", "prefixes"), [("", ()), ("  ", ()), ("Bl ZO", ("bl", "zo"))])
def test_a_query_is_the_beginnings_of_words(q: str, prefixes: tuple[str, ...]) -> None:
    """An empty query does not filter."""
    assert prefixes_of(q) == prefixes


@pytest.mark.parametrize("q", ["!!!", "_", "\N{MULTIPLE MUSICAL NOTES}", ".*", "\x00", "\N{COMBINING ACUTE ACCENT}"])
def test_a_query_without_a_word_finds_nothing(q: str) -> None:
    """Returning everything would look like an answer."""
    assert [word for word in words_of("all sorts of words a_b") if word.startswith(prefixes_of(q)[0])] == []


@given(st.text(max_size=60))
def test_what_was_written_is_found_by_any_beginning_of_its_words(text: str) -> None:
    """Typed in full, or letter by letter."""
    words = words_of(text)

    for prefix in prefixes_of(text) if words else ():
        assert any(word.startswith(prefix) for word in words)
    for word in words:
        assert prefixes_of(word) == (word,)


def test_folding_again_changes_nothing() -> None:
    """For every Unicode character; otherwise stored words would not match queries."""
    characters = map(chr, range(sys.maxunicode + 1))
    changed = [c for c in characters if unicodedata.category(c) != "Cs" and fold(fold(c)) != fold(c)]

    assert changed == []
