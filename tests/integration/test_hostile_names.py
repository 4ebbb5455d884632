"""Hostile file names, end to end: declared, sent, confirmed, downloaded, and given to the browser."""

import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from random import Random
from typing import Any
from urllib.parse import unquote

import pytest
import urllib3
from werkzeug.http import parse_options_header

from service.settings import Settings
from service.uploads.api.batches import MAX_MALFORMED_ROWS
from service.uploads.file_names import clean
from tests.conftest import Service

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

NAMES, WITH_SURROGATES = 2000, 1000
AT_ONCE = 8
LONGEST = 4096  # characters; longer names are refused
# The limits of one batch call, with a margin.
ROWS, BODY_BYTES = 999, 1_000_000

# All of Unicode but surrogates: those are no text, and have a test of their own.
CATEGORIES = (
    *("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"),
    *("Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co", "Cn"),
)
PIECES = (
    *("..", "/", "\\", "../", "..\\", "//", "C:\\", "~", ".", "...", "CON", "NUL.mp3", " ", "\t", "a", "song", ".mp3"),
    *("\0", "\r", "\n", "\r\n", "\r\nSet-Cookie: a=b", "\r\n\r\n<script>", "\x1b[31m", "\x7f", "\x85", "\x9b"),
    *('"', "'", "%", "%00", "%0d%0a", "%2e%2e%2f", ";", "; filename=evil.html", '"; filename="evil.html', '\\"'),
    *("=", "*", "*=", "UTF-8''", "=?utf-8?q?=22?=", ",", "?", "#", "&", "+", "<", ">", "|", "`", "$(id)", "{{7*7}}"),
    *("\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u200b", "\u200d", "\ufeff", "\u2028", "\u2029", "\xad"),
    *("\ufffd", "\uffff", "\U0010ffff", "\ufdd0", "\xa0", "\u3000", "\uff0f", "\uff02", "\uff0e\uff0e", "\u2024"),
    *("e\u0301", "\u0301", "\u1100\u1161", "\u212b", "\ufb01", "\xdf", "\u0130", "日本語", "שלום", "é.mp3"),
    *("\U0001f3b5", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea", "\u2764\ufe0f"),
)
EXTENSIONS = ("", ".mp3", ".MP3", ".\u202e3pm", ".\xe9", ".tar.gz", "." + "x" * 40, ". ", ".\r\n")
# One in thirty is long: of them alone the bodies of the batch calls would be too large.
ONE_IS_LONG_OF = 30

KEY = re.compile(r"uploads/local/[0-7][0-9A-HJKMNP-TV-Z]{25}(\.[a-z0-9]{1,8})?")
# RFC 6266 with both forms, each by its grammar: a quoted-string of printable ASCII that needs no escape, and
# RFC 5987's ext-value, of attr-chars and UTF-8 in percent signs.
DISPOSITION = re.compile(
    r"attachment; filename=\"([ !#-\[\]-~]+)\"; filename\*=UTF-8''((?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})+)"
)


@cache
def characters() -> dict[str, list[str]]:
    """Return all of Unicode by category."""
    by_category: dict[str, list[str]] = {}
    for character in map(chr, range(sys.maxunicode + 1)):
        by_category.setdefault(unicodedata.category(character), []).append(character)
    return by_category


def of_any_class(chance: Random) -> str:
    return "".join(chance.choice(characters()[chance.choice(CATEGORIES)]) for _ in range(chance.randint(0, 80)))


def of_one_class(chance: Random) -> str:
    return "".join(chance.choices(characters()[chance.choice(CATEGORIES)], k=chance.randint(1, 20)))


def of_pieces(chance: Random) -> str:
    return "".join(chance.choices(PIECES, k=chance.randint(1, 12)))


def short(chance: Random) -> str:
    return chance.choice([of_any_class, of_one_class, of_pieces])(chance) + chance.choice(EXTENSIONS)


def hostile(chance: Random) -> str:
    times = 1 if chance.randrange(ONE_IS_LONG_OF) else chance.randint(2, LONGEST)
    return (short(chance) * times)[:LONGEST]


def with_surrogate(chance: Random) -> str:
    return short(chance) + chance.choice(characters()["Cs"]) + short(chance)


def made_up(name: Callable[[Random], str], count: int) -> list[str]:
    """Return so many different names, the same in every run."""
    chance, names = Random(20261121), dict[str, None]()
    while len(names) < count:
        if made := name(chance):
            names[made] = None
    return list(names)


def needs_no_cleaning(name: str) -> bool:
    """Return whether docs/api.md promises to keep the name unchanged."""
    return (
        unicodedata.is_normalized("NFC", name)
        and not any(unicodedata.category(character) == "Cc" for character in name)
        and not set(name) & {"/", "\\"}
        and name == name.strip()
        and name.strip(".") != ""
        and len(name.encode()) <= 255
    )


def batches(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield as few batches as the limits of a call allow."""
    batch: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        row_size = len(json.dumps(row)) + 2
        if batch and (len(batch) == ROWS or size + row_size > BODY_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += row_size
    yield batch


class Client:
    """Calls to the service and to the URLs that it gives out."""

    def __init__(self, service: Service) -> None:
        self._url = service.url
        self._http = urllib3.PoolManager(maxsize=AT_ONCE, retries=False)

    def post(self, path: str, **fields: Any) -> list[dict[str, Any]]:
        # In ASCII, which is the only way to send half a surrogate pair.
        body, headers = json.dumps(fields).encode("ascii"), {"content-type": "application/json"}
        answer = self._http.request("POST", f"{self._url}/v1/{path}", body=body, headers=headers)
        assert answer.status == 200, answer.data[:500]
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    def put(self, started: dict[str, Any], body: bytes) -> int:
        transfer = started["transfer"]
        headers = {name: value for name, value in transfer["headers"].items() if name != "content-length"}
        return self._http.request("PUT", transfer["url"], body=body, headers=headers).status

    def get(self, url: str) -> urllib3.BaseHTTPResponse:
        return self._http.request("GET", url)


@pytest.fixture
def client(settings: Settings, serve: Callable[..., Service]) -> Client:
    return Client(serve(settings))


def wrong_with(name: str, body: bytes, file: dict[str, Any], download: urllib3.BaseHTTPResponse) -> str:
    """Return what is wrong with a file and its download; empty if nothing is."""
    cleaned = clean(name)
    disposition = download.headers.getlist("content-disposition")
    match = DISPOSITION.fullmatch(disposition[0]) if len(disposition) == 1 else None
    if (download.status, download.data) != (200, body):
        return f"the download answered {download.status}"
    if file["filename"] != cleaned or (needs_no_cleaning(name) and cleaned != name):
        return f"the file is called {file['filename']!r}"
    if not KEY.fullmatch(file["object_key"]):
        return f"the key is {file['object_key']!r}"
    if match is None or unquote(match[2], errors="strict") != cleaned:
        return f"the browser is told {disposition!r}"
    if parse_options_header(disposition[0]) != ("attachment", {"filename": cleaned}):
        return f"werkzeug reads {parse_options_header(disposition[0])!r}"
    return ""


def test_names_come_back(client: Client) -> None:
    """As `clean` leaves them, so good names are unchanged; the answer has the same headers as for a plain name."""
    assert_names_come_back(client, NAMES)


@pytest.mark.torture("10,000")
@pytest.mark.timeout(60 * 60)
def test_ten_thousand_names_come_back(client: Client) -> None:
    """The same with more of them."""
    assert_names_come_back(client, 10_000)


def assert_names_come_back(client: Client, number_of_names: int) -> None:
    names = made_up(hostile, number_of_names)
    bodies = [f"{number} is not a song".encode() for number in range(number_of_names)]
    asked = [
        {"filename": name, "content_type": "audio/mpeg", "size_bytes": len(body)}
        for name, body in zip(names, bodies, strict=True)
    ]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        started = [row["upload"] for batch in batches(asked) for row in client.post("uploads/batch", uploads=batch)]
        sent = list(pool.map(client.put, started, bodies))
        ids = [[upload["upload_id"] for upload in started[at : at + ROWS]] for at in range(0, number_of_names, ROWS)]
        files = [row["file"] for batch in ids for row in client.post("uploads/confirm", upload_ids=batch)]
        rows = [row for batch in ids for row in client.post("files/download-urls", file_ids=batch, expires_in=3600)]
        downloads = list(pool.map(client.get, [row["url"] for row in rows]))

    assert (len(names), sent) == (number_of_names, [200] * number_of_names)
    assert [row["filename"] for row in rows] == [file["filename"] for file in files]
    wrong = zip(names, map(wrong_with, names, bodies, files, downloads), strict=True)
    assert [(name, what) for name, what in wrong if what] == []
    assert len({tuple(sorted(map(str.lower, download.headers))) for download in downloads}) == 1
    # Otherwise the names have become too harmless.
    assert sum(map(needs_no_cleaning, names)) > number_of_names // 10
    assert {unicodedata.category(character) for name in names for character in name} == set(CATEGORIES)
    assert max(map(len, names)) == LONGEST


def test_half_a_character_is_refused(client: Client) -> None:
    """JSON can carry a lone surrogate but text cannot: its row fails, and the others go on."""
    good = {"filename": "song.mp3", "content_type": "audio/mpeg", "size_bytes": 3}
    halves = [{**good, "filename": name} for name in made_up(with_surrogate, WITH_SURROGATES)]

    for at in range(0, len(halves), MAX_MALFORMED_ROWS):
        batch = halves[at : at + MAX_MALFORMED_ROWS]
        first, *others = client.post("uploads/batch", uploads=[good, *batch])

        assert first["upload"]
        assert [[error["field"] for error in row["error"]["errors"]] for row in others] == [["filename"]] * len(batch)
