"""A person's file name: what is kept of it, and how browsers get it."""

import re
import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.uploads.file_names import clean, content_disposition, may_show_inline

ANY_TEXT = st.text(st.characters(codec=None), max_size=400)  # lone surrogates too


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("song.mp3", "song.mp3"),
        ("  song.mp3  ", "song.mp3"),
        ("C:\\Users\\me\\song.mp3", "song.mp3"),
        ("/etc/passwd", "passwd"),
        ("../../song.mp3", "song.mp3"),
        ("a\r\nSet-Cookie: x.mp3", "aSet-Cookie: x.mp3"),
        ("E\N{COMBINING ACUTE ACCENT}te\N{COMBINING ACUTE ACCENT}.mp3", "Été.mp3"),
        ("e\0\N{COMBINING ACUTE ACCENT}.mp3", "é.mp3"),
        ("日本語 🎵.mp3", "日本語 🎵.mp3"),
        ("", "file"),
        (" \u2029", "file"),
        ("folder/", "file"),
        ("\0\r\n", "file"),
        (".", "file"),
        ("..", "file"),
        (".bashrc", ".bashrc"),
        ("x" * 300 + ".mp3", "x" * 251 + ".mp3"),
        ("é" * 300 + ".flac", "é" * 125 + ".flac"),
        ("x" * 300, "x" * 255),
    ],
)
def test_a_name_is_cleaned(raw: str, cleaned: str) -> None:
    """Its folder and control characters are removed, its extension stays."""
    assert clean(raw) == cleaned


@given(ANY_TEXT)
@example("e\0\N{COMBINING ACUTE ACCENT}")
@example("..")
def test_whatever_is_said_the_name_is_safe(raw: str) -> None:
    """Never empty or a folder, at most 255 bytes, NFC, no control characters; cleaning it again changes nothing."""
    name = clean(raw)

    assert name not in ("", ".", "..")
    assert len(name.encode()) <= 255
    assert not re.search(r"[/\\\x00-\x1f\x7f-\x9f]", name)
    assert unicodedata.is_normalized("NFC", name)
    assert clean(name) == name


@given(ANY_TEXT, st.sampled_from(["inline", "attachment"]))
@example("\N{FULLWIDTH QUOTATION MARK}; filename=evil.html", "attachment")
@example("\N{FULLWIDTH FULL STOP}\N{FULLWIDTH FULL STOP}\N{FULLWIDTH SOLIDUS}x", "attachment")
@example('a"b;c\\d%41.mp3', "attachment")
def test_a_browser_gets_the_very_name(raw: str, disposition: str) -> None:
    """By filename* (RFC 5987); the plain one for old clients cannot escape its quotes or its folder."""
    name = clean(raw)

    header = content_disposition(disposition, name)

    match = re.fullmatch(r"(inline|attachment); filename=\"([^\"\\/%]+)\"; filename\*=UTF-8''(\S+)", header)
    assert match
    assert header.isascii()
    assert header.isprintable()
    assert match[1] == disposition
    assert unquote(match[3], errors="strict") == name


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("song.mp3", "song.mp3"),
        ("...and Justice: live?.mp3", "_..and Justice_ live_.mp3"),
        (".bash_profile", "_bash_profile"),
        ("\u202e.zshenv", "_zshenv"),
        ("-rf", "_rf"),
        ("~", "_"),
        ("a:stream", "a_stream"),
        ("x.exe. ", "x.exe"),
        ("NUL.mp3", "_NUL.mp3"),
        ("..", "_"),
        ("日本", "file"),
    ],
)
def test_a_program_that_saves_under_the_plain_name_saves_a_harmless_file(name: str, saved: str) -> None:
    """`curl -OJ` uses it unchanged; browsers have their own rules."""
    assert f'attachment; filename="{saved}"; filename*' in content_disposition("attachment", name)


@pytest.mark.parametrize("content_type", ["audio/mpeg", "video/mp4", "image/png", "image/avif", "application/pdf"])
def test_what_cannot_run_may_be_shown(content_type: str) -> None:
    """Browsers play or draw it."""
    assert may_show_inline(content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        *("text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/javascript", "", "audio/a b"),
        *("audio/svg+xml", "video/xhtml+xml", "video/x+xml", "audio/x+XML", "audio/+xml"),
    ],
)
def test_what_may_run_is_never_shown(content_type: str) -> None:
    """Browsers must save it."""
    assert not may_show_inline(content_type)
