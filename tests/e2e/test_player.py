"""Listening, in a real browser: a song plays on, whatever happens to its addresses, the line and the service."""

import array
import math
import os
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from dev.servers import MongodServer
from tests.conftest import Service, Store, settings_for
from tests.e2e.test_page import add, in_library, until
from tests.e2e.weak_line import WeakLine

pytestmark = [pytest.mark.real, pytest.mark.browser]

RATE = 44_100


@pytest.fixture
def a_tone(tmp_path: Path) -> Callable[..., Path]:
    """Make a WAV of CD quality: 10 MB a minute, a tone without a silent moment."""

    def make(name: str, *, seconds: int, hertz: int = 330) -> Path:
        path = tmp_path / name
        samples = (int(12_000 * math.sin(2 * math.pi * hertz * n / RATE)) for n in range(RATE))
        second = array.array("h", (value for sample in samples for value in (sample, sample)))
        with wave.open(str(path), "wb") as out:
            out.setnchannels(2)
            out.setsampwidth(2)
            out.setframerate(RATE)
            for _ in range(seconds):
                out.writeframes(second.tobytes())
        return path

    return make


# Listens to what the element gives out, as a person would: how long was the longest silence? And how near was it to
# the end of its bytes? (Its own "waiting" is no measure: a busy computer causes that too, with bytes for a minute.)
LISTEN = """(rate) => {
  const media = document.querySelector("audio");
  media.preservesPitch = false;
  media.playbackRate = rate;
  const heard = (globalThis.heard = { breaks: [], least_ahead_s: 60, longest_silence_s: 0, heard_s: 0, ended: false });
  const ahead = () => {
    const { buffered, currentTime } = media;
    for (let n = 0; n < buffered.length; n += 1)
      if (buffered.start(n) <= currentTime && currentTime <= buffered.end(n)) return buffered.end(n) - currentTime;
    return 0;
  };
  for (const type of ["error", "emptied", "seeking", "pause"])
    media.addEventListener(type, () => media.ended || heard.breaks.push(`${type} at ${media.currentTime}`));
  media.addEventListener("timeupdate", () => {
    const missing = media.currentTime + heard.least_ahead_s < media.duration;
    if (missing) heard.least_ahead_s = Math.min(heard.least_ahead_s, ahead());
  });
  media.addEventListener("ended", () => (heard.ended = true));
  const context = new AudioContext();
  const tap = context.createScriptProcessor(2048, 1, 1);
  let silent = 0;
  tap.addEventListener("audioprocess", ({ inputBuffer }) => {
    if (media.ended) return;
    for (const sample of inputBuffer.getChannelData(0)) {
      silent = Math.abs(sample) < 0.002 ? silent + 1 : 0;
      if (heard.heard_s > 0) heard.longest_silence_s = Math.max(heard.longest_silence_s, silent / context.sampleRate);
      if (silent === 0) heard.heard_s += 1 / context.sampleRate;
    }
  });
  context.createMediaStreamSource(media.captureStream()).connect(tap).connect(context.destination);
}"""


def signed(page: Page) -> list[str]:
    """Collects the addresses that the page is given from now on."""
    given = list[str]()
    page.on("response", lambda response: given.append(response.url) if "/download" in response.url else None)
    return given


@pytest.fixture
def line(minio: Store) -> Iterator[WeakLine]:
    weak = WeakLine(minio.endpoint)
    yield weak
    weak.close()


def play(page: Page, title: str) -> None:
    """Until it is heard."""
    page.get_by_role("button", name=f"Play {title}", exact=True).first.click()
    until(lambda: position(page) > 0.2)


def position(page: Page) -> float:
    return float(page.evaluate("() => document.querySelector('audio, video')?.currentTime ?? 0"))


def test_a_song_of_three_minutes_plays_through_addresses_of_ten_seconds(
    page: Page,
    line: WeakLine,
    minio: Store,
    mongod: MongodServer,
    serve: Callable[..., Service],
    a_tone: Callable[..., Path],
) -> None:
    """Without a gap, although the line to the store is cut again and again, so that old addresses are of no use.

    It plays at LISTEN_RATE times its speed, which only makes the bytes more urgent. By hand, as people listen:
    LISTEN_RATE=1 make test ARGS="tests/e2e/test_player.py -k three_minutes"
    """
    rate = float(os.environ.get("LISTEN_RATE", "4"))
    page.goto(serve(settings_for(minio, mongod, minio_public_endpoint=line.url, download_url_expires_in=10)).url)
    add(page, a_tone("long.wav", seconds=180), mood="Happy")
    in_library(page, "long")
    addresses = signed(page)

    play(page, "long")
    page.evaluate(LISTEN, rate)
    end = time.monotonic() + 180 / rate + 60
    while not page.evaluate("() => heard.ended"):
        assert time.monotonic() < end, "it did not come to its end"
        time.sleep(2)
        line.cut()
        line.mend()

    heard = page.evaluate("() => heard")
    assert heard["breaks"] == []
    assert heard["least_ahead_s"] > 1
    assert heard["longest_silence_s"] < 0.15
    assert heard["heard_s"] > 170 / rate
    assert len(addresses) > 3
