"""How soon the first of four songs is in the library at 1 Mbit/s, which the page and the store share.

`python -m bench.rows.slow_line` prints what the page asked for meanwhile, and when.
"""

import os
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from bench.chromium import chromium, without_tokens
from bench.line import Link, line
from bench.row import Reach, Row, Samples
from bench.running import Stores, service, stores

MEGABIT_BYTES_PER_S = 1e6 / 8
# Chosen in this order. The smallest takes 1.23 s of the line, and all together 47 s.
SONGS = {"Long": 2_650_000, "Middle": 1_900_000, "Short": 154_000, "Other": 1_200_000}
PICTURE_SIDE = 200
PROMISED_S = 2.0
ROUNDS = 5

# Timed by the page's own clock, in milliseconds, so that the figures exclude Playwright.
UPLOAD = """button => {
  performance.setResourceTimingBufferSize(1000);
  performance.clearResourceTimings();
  globalThis.listed = new Promise((resolve) => {
    const begun = performance.now();
    const check = () => {
      const title = document.querySelector(".file-row")?.textContent;
      if (title) resolve({ title, begun, ended: performance.now() });
      else requestAnimationFrame(check);
    };
    check();
  });
  button.click();
}"""
ASKED = """() => performance.getEntriesByType("resource").map(
  ({ name, startTime, responseEnd, initiatorType }) => [name, startTime, responseEnd, initiatorType])"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of the page, in seconds after the click."""

    what: str
    begun: float
    ended: float


@dataclass(frozen=True, slots=True)
class FirstSong:
    seconds: float  # from the click on Upload until a row shows the song
    asked: list[Asked]


def write_song(path: Path, size: int) -> None:
    """Write a song with a picture in its tag, of which the page makes a cover of some 50 kB."""
    picture = b"\0image/png\0\x03\0" + noise(PICTURE_SIDE)
    tag = b"APIC" + struct.pack(">I", len(picture)) + b"\0\0" + picture
    seven_bits = bytes((len(tag) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    head = b"ID3\x03\0\0" + seven_bits + tag
    path.write_bytes(head + os.urandom(size - len(head)))


def noise(side: int) -> bytes:
    """Return a PNG in which nothing can be left out."""
    pixels = zlib.compress(b"".join(b"\0" + os.urandom(3 * side) for _ in range(side)))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", pixels), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@contextmanager
def open_service(given: Stores, slow: Link) -> Iterator[str]:
    """Run a service without tokens, to which and to whose store one line leads; yield its address."""
    address = urlsplit(given.settings.minio_endpoint)
    with line((address.hostname or "", address.port or 80), slow) as store:
        through = without_tokens(given, MINIO_PUBLIC_ENDPOINT=f"http://127.0.0.1:{store}")
        with service(through) as running:
            own = urlsplit(running.url)
            with line((own.hostname or "", own.port or 80), slow) as port:
                yield f"http://127.0.0.1:{port}"


def choose(page: Page, songs: list[Path]) -> None:
    """Open the page and choose the songs; return when nothing is loading any more."""
    page.goto("/")
    page.locator(".page > input[type=file]").set_input_files(songs)
    page.get_by_role("dialog").locator("button[type=submit]").wait_for()
    page.wait_for_load_state("networkidle")


def upload(page: Page) -> FirstSong:
    page.get_by_role("dialog").locator("button[type=submit]").evaluate(UPLOAD)
    listed = page.evaluate("listed")
    begun = listed["begun"]
    if "Short" not in listed["title"]:
        raise RuntimeError(f"{listed['title']} was listed first")
    asked = [
        Asked(f"{kind} {_plain(name)}", (start - begun) / 1000, (end - begun) / 1000)
        for name, start, end, kind in page.evaluate(ASKED)
    ]
    return FirstSong((listed["ended"] - begun) / 1000, sorted(asked, key=lambda one: one.begun))


def _plain(url: str) -> str:
    return re.sub(r"[0-9A-HJKMNP-TV-Z]{26}", "…", urlsplit(url).path)


def one_round(running: Browser, url: str, songs: list[Path]) -> FirstSong:
    """Upload as a person who comes for the first time, and remove what became of it."""
    context = running.new_context(base_url=url)
    page = context.new_page()
    choose(page, songs)
    first = upload(page)
    page.goto("about:blank")
    for kind, name in (("uploads", "upload_id"), ("files", "file_id")):
        for one in page.request.get(f"/v1/{kind}").json()[kind]:
            page.request.delete(f"/v1/{kind}/{one[name]}")
    context.close()
    return first


def rounds() -> list[FirstSong]:
    firsts = list[FirstSong]()
    with stores() as given, chromium() as running:
        songs = [given.folder / f"{title}.mp3" for title in SONGS]
        for song, size in zip(songs, SONGS.values(), strict=True):
            write_song(song, size)
        slow = Link(MEGABIT_BYTES_PER_S)
        with open_service(given, slow) as url:
            for _ in range(ROUNDS):
                firsts.append(one_round(running, url, songs))
                slow.wait_until_quiet()
    return firsts


def measure() -> Samples:
    firsts = rounds()
    return Samples("s", [PROMISED_S] * len(firsts), [one.seconds for one in firsts])


ROWS = (
    Row(
        "four songs at 1 Mbit/s, from Upload to the first in the library",
        "the two seconds promised",
        Reach.at_most(1),
        measure,
    ),
)

if __name__ == "__main__":
    for first in rounds():
        print(f"\nlisted after {first.seconds:.2f} s\n")  # noqa: T201
        for one in first.asked:
            print(f"{one.begun:6.2f} {one.ended:6.2f}  {one.what}")  # noqa: T201
