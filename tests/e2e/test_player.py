"""Listening in a real browser: a song keeps playing, whatever happens to its URLs, the network and the service."""

import math
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from dev.ports import free_port
from service.settings import Settings
from tests.conftest import Service
from tests.e2e.films import WIDTH, record_film
from tests.e2e.page import add, expect_in_library, wait_until
from tests.e2e.songs import cd_tone
from tests.e2e.weak_line import WeakLine

pytestmark = [pytest.mark.real, pytest.mark.browser]


@pytest.fixture
def a_tone(tmp_path: Path) -> Callable[..., Path]:
    """Write a song of CD quality."""

    def make(name: str, *, seconds: int, hertz: int = 330) -> Path:
        path = tmp_path / name
        path.write_bytes(cd_tone(seconds, hertz))
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
    """Collect the URLs that the page gets from now on."""
    given = list[str]()
    page.on("response", lambda response: given.append(response.url) if "/download" in response.url else None)
    return given


def play(page: Page, title: str) -> None:
    """Play a song, and wait until it is audible."""
    page.get_by_role("button", name=f"Play {title}", exact=True).first.click()
    wait_until(lambda: position(page) > 0.2)


def position(page: Page) -> float:
    return float(page.evaluate("() => document.querySelector('audio, video')?.currentTime ?? 0"))


def test_a_song_of_three_minutes_plays_through_addresses_of_ten_seconds(
    page: Page,
    line: WeakLine,
    weak_settings: Settings,
    serve: Callable[..., Service],
    a_tone: Callable[..., Path],
) -> None:
    """Without a gap, although the connection to the store is cut again and again, so that old URLs are useless.

    It plays at LISTEN_RATE times its speed, which makes the bytes only more urgent. At normal speed: LISTEN_RATE=1 make
    test ARGS="tests/e2e/test_player.py -k three_minutes"
    """
    rate = float(os.environ.get("LISTEN_RATE", "4"))
    page.goto(serve(weak_settings.model_copy(update={"download_url_expires_in": 10})).url)
    add(page, a_tone("long.wav", seconds=180), mood="Happy")
    expect_in_library(page, "long")
    addresses = signed(page)

    play(page, "long")
    page.evaluate(LISTEN, rate)
    end = time.monotonic() + 180 / rate + 60
    while not page.evaluate("() => heard.ended"):
        assert time.monotonic() < end, "it did not come to its end"
        time.sleep(2)
        line.cut()
        line.restore()

    heard = page.evaluate("() => heard")
    assert heard["breaks"] == []
    assert heard["least_ahead_s"] > 1
    # A busy computer causes a short gap; an expired URL causes a longer one.
    assert heard["longest_silence_s"] < 1
    # Not all of it: a busy computer may fail to record some of what it plays.
    assert heard["heard_s"] > 160 / rate
    assert len(addresses) > 3


@pytest.fixture
def listening(page: Page, weak_settings: Settings, serve: Callable[..., Service]) -> Callable[..., Service]:
    """A page with these songs, whose store is behind the weak line."""

    def begin(*songs: Path, mood: str = "Happy", **given: object) -> Service:
        service = serve(weak_settings.model_copy(update=given))
        page.goto(service.url)
        for song in songs:  # one by one, because the newest comes first in the list
            add(page, song, mood=mood)
            expect_in_library(page, song.stem)
        return service

    return begin


def seek(page: Page, second: int) -> None:
    page.get_by_role("slider", name="Position").fill(str(second))


def plays_on(page: Page) -> None:
    """Check that the song keeps playing from where it is."""
    now = position(page)
    wait_until(lambda: position(page) > now + 0.3, seconds=30)


def silent_for(line: WeakLine, *, seconds: float) -> None:
    """Return once the browser has requested nothing for so long, so that all its URLs have expired."""
    asked, since = len(line.requests), time.monotonic()
    while time.monotonic() < since + seconds:
        if len(line.requests) > asked:
            asked, since = len(line.requests), time.monotonic()
        time.sleep(0.1)


def signature(request: str) -> str:
    return request.partition("X-Amz-Signature=")[2]


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name="Player")


def test_after_a_long_pause_it_goes_on_where_it_was(
    page: Page, listening: Callable[..., Service], a_tone: Callable[..., Path]
) -> None:
    """The URL has expired long ago; also when skipping forward and back."""
    listening(a_tone("long.wav", seconds=120), download_url_expires_in=1)
    play(page, "long")
    bar(page).get_by_role("button", name="Pause", exact=True).click()
    time.sleep(3)

    bar(page).get_by_role("button", name="Play", exact=True).click()
    plays_on(page)
    seek(page, 100)
    wait_until(lambda: position(page) > 100.2, seconds=30)
    seek(page, 40)
    wait_until(lambda: 40 < position(page) < 60, seconds=30)

    plays_on(page)


def test_an_address_that_the_store_refuses_is_no_news_to_the_listener(
    page: Page, line: WeakLine, listening: Callable[..., Service], a_tone: Callable[..., Path]
) -> None:
    """On a laptop that slept, the page's clock still considers an expired URL valid."""
    page.add_init_script("performance.now = () => 0")
    listening(a_tone("long.wav", seconds=120), download_url_expires_in=4)
    play(page, "long")
    bar(page).get_by_role("button", name="Pause", exact=True).click()
    silent_for(line, seconds=5)
    before = line.requests[-1]
    line.requests.clear()

    bar(page).get_by_role("button", name="Play", exact=True).click()
    seek(page, 100)
    wait_until(lambda: position(page) > 100.2, seconds=30)

    assert signature(line.requests[0]) == signature(before), "it was not tried with the dead one"
    assert signature(line.requests[-1]) != signature(before)
    plays_on(page)


def test_a_lost_line_is_said_and_the_song_goes_on_when_it_is_back(
    page: Page, line: WeakLine, listening: Callable[..., Service], a_tone: Callable[..., Path]
) -> None:
    """At the requested second."""
    listening(a_tone("long.wav", seconds=120))
    play(page, "long")
    line.cut()

    seek(page, 100)
    expect(bar(page).get_by_text("Connection lost. Playback will resume automatically.")).to_be_visible()
    line.restore()

    wait_until(lambda: 100.2 < position(page) < 110, seconds=30)
    expect(bar(page).get_by_text("Connection lost")).to_have_count(0)


def test_a_service_that_is_down_is_asked_until_it_answers(
    page: Page, settings: Settings, serve: Callable[..., Service], a_tone: Callable[..., Path]
) -> None:
    """Without it there is no new URL: the page says so, and resumes by itself."""
    port, brief = free_port(), settings.model_copy(update={"download_url_expires_in": 1})
    service = serve(brief, port=port)
    page.goto(service.url)
    add(page, a_tone("long.wav", seconds=120), mood="Happy")
    expect_in_library(page, "long")
    play(page, "long")
    service.stop()

    seek(page, 100)
    expect(bar(page).get_by_text("Can't reach Moodrop.")).to_be_visible(timeout=15_000)
    serve(brief, port=port)

    wait_until(lambda: 100.2 < position(page) < 110, seconds=60)


def test_a_song_is_fetched_once_for_its_sound_and_its_shape(
    page: Page, line: WeakLine, listening: Callable[..., Service], a_tone: Callable[..., Path]
) -> None:
    """The waveform uses the same bytes; each MiB is downloaded once."""
    song = a_tone("shape.wav", seconds=40)
    listening(song)
    line.requests.clear()

    play(page, "shape")
    expect(page.locator(".waveform canvas").first).to_be_attached(timeout=20_000)
    heights = "() => [...document.querySelectorAll('.waveform, .waveform > div')].map((one) => one.clientHeight)"
    place, drawn = page.evaluate(heights)
    assert drawn == place > 0

    gets = [request for request in line.requests if request.startswith("GET")]
    assert len(gets) == math.ceil(song.stat().st_size / 2**20)


def test_songs_follow_each_other_and_the_next_is_at_hand_before(
    page: Page, line: WeakLine, listening: Callable[..., Service], a_tone: Callable[..., Path]
) -> None:
    """The next song's first bytes are loaded while the first plays, so the network may fail in between."""
    listening(a_tone("second.wav", seconds=4), a_tone("first.wav", seconds=8))
    play(page, "first")
    wait_until(lambda: any("second" in request for request in line.requests))
    wait_until(lambda: position(page) > 2)
    line.cut()

    wait_until(lambda: page.title().startswith("second"), seconds=30)
    plays_on(page)


def test_everything_is_done_by_keyboard(
    page: Page, listening: Callable[..., Service], a_tone: Callable[..., Path]
) -> None:
    """Play, pause, seek, next, previous, mute, queue and help; but not while typing."""
    listening(a_tone("three.wav", seconds=60), a_tone("two.wav", seconds=60), a_tone("one.wav", seconds=60))
    page.get_by_role("button", name="Play one", exact=True).focus()
    page.keyboard.press("Enter")
    wait_until(lambda: position(page) > 0.2)
    page.locator("body").evaluate("() => document.activeElement.blur()")

    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    wait_until(lambda: position(page) > 9)
    page.keyboard.press("ArrowLeft")
    wait_until(lambda: position(page) < 9)
    page.keyboard.press("Space")
    expect(bar(page).get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.keyboard.press("Space")
    page.keyboard.press("m")
    expect(bar(page).get_by_role("button", name="Unmute")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_role("searchbox").focus()
    page.keyboard.type("npm ")
    expect(bar(page).get_by_text("one", exact=True)).to_be_visible()
    page.get_by_role("searchbox").fill("")

    bar(page).get_by_role("button", name="Queue").focus()
    page.keyboard.press("Enter")
    queue = page.get_by_role("region", name="Queue")
    queue.get_by_role("button", name="Play two now").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(queue.get_by_role("listitem").first).to_contain_text("three")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(bar(page).locator(".player-title")).to_have_text("three")


def test_browsing_leaves_the_music_alone(
    page: Page, listening: Callable[..., Service], a_tone: Callable[..., Path]
) -> None:
    """During another mood, a search and back, the same element keeps playing."""
    listening(a_tone("stays.wav", seconds=60))
    play(page, "stays")
    page.evaluate("() => { globalThis.before = document.querySelector('audio'); }")

    page.get_by_role("button", name="Sad, 0 files").click()
    expect(page.get_by_role("button", name="Play stays")).to_have_count(0)
    page.get_by_role("button", name="All, 1 file").click()
    page.get_by_role("searchbox").fill("nothing like it")
    page.go_back()

    assert page.evaluate("() => globalThis.before === document.querySelector('audio')")
    plays_on(page)


def test_a_mood_plays_from_its_heading_and_from_its_card(
    page: Page, listening: Callable[..., Service], a_tone: Callable[..., Path]
) -> None:
    """In the list's order; the card chooses the mood as well, by pointer and by keyboard."""
    listening(a_tone("one.wav", seconds=20), a_tone("two.wav", seconds=20))
    first = page.get_by_role("list", name="Files").locator(".file-title").first.inner_text()
    page.locator("#songs").get_by_role("button", name="Play all").click()
    expect(bar(page).locator(".player-title")).to_have_text(first)
    bar(page).get_by_role("button", name="Next song").click()
    expect(bar(page).locator(".player-title")).not_to_have_text(first)
    bar(page).get_by_role("button", name="Close player").click()

    page.get_by_role("button", name=re.compile("^Play .* songs$")).press("Enter")
    expect(page.get_by_role("heading", name=re.compile(" songs$"))).to_be_visible()
    expect(bar(page).locator(".player-title")).to_have_text(first)
    page.get_by_role("button", name="Shuffle all").click()
    expect(bar(page).get_by_role("button", name="Shuffle", pressed=True)).to_be_visible()


def test_shuffle_repeat_and_loudness_are_remembered(
    page: Page, listening: Callable[..., Service], a_tone: Callable[..., Path]
) -> None:
    """After a reload, for the next song."""
    listening(a_tone("kept.wav", seconds=60))
    play(page, "kept")
    bar(page).get_by_role("button", name="Shuffle").click()
    bar(page).get_by_role("button", name="Repeat: off").click()
    bar(page).get_by_role("slider", name="Volume").fill("0.4")
    bar(page).get_by_role("button", name="Mute").click()

    page.reload()
    play(page, "kept")

    expect(bar(page).get_by_role("button", name="Shuffle", pressed=True)).to_be_visible()
    expect(bar(page).get_by_role("button", name="Repeat: all songs")).to_be_visible()
    assert page.evaluate("() => [document.querySelector('audio').volume, document.querySelector('audio').muted]") == [
        0.4,
        True,
    ]


def test_one_song_is_repeated_until_told_otherwise(
    page: Page, listening: Callable[..., Service], a_tone: Callable[..., Path]
) -> None:
    """At its end it starts again."""
    listening(a_tone("other.wav", seconds=60), a_tone("again.wav", seconds=3))
    play(page, "again")
    bar(page).get_by_role("button", name="Repeat: off").click()
    bar(page).get_by_role("button", name="Repeat: all songs").click()
    page.evaluate(
        "() => { globalThis.ends = 0; document.querySelector('audio').addEventListener('ended', () => (ends += 1)); }"
    )

    wait_until(lambda: page.evaluate("() => ends") == 2, seconds=30)

    expect(bar(page).locator(".player-title")).to_have_text("again")


def test_the_system_knows_what_plays(
    page: Page, listening: Callable[..., Service], a_tone: Callable[..., Path]
) -> None:
    """Media Session: title, state and actions, as lock screens and headsets use them."""
    page.add_init_script(
        """globalThis.pressed = {};
        const set = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);
        navigator.mediaSession.setActionHandler = (action, run) => { set(action, run); pressed[action] = run; };"""
    )
    listening(a_tone("b.wav", seconds=60), a_tone("a.wav", seconds=60))
    play(page, "a")

    def press(action: str, details: str = "{}") -> None:
        page.evaluate(f"() => pressed.{action}({details})")

    assert page.evaluate("() => navigator.mediaSession.metadata.title") == "a"
    press("seekto", "{ seekTime: 30 }")
    wait_until(lambda: position(page) > 30)
    press("seekforward")
    wait_until(lambda: position(page) > 35)
    press("seekbackward", "{ seekOffset: 20 }")
    wait_until(lambda: position(page) < 25)
    press("pause")
    wait_until(lambda: page.evaluate("() => navigator.mediaSession.playbackState") == "paused")
    press("play")
    wait_until(lambda: page.evaluate("() => navigator.mediaSession.playbackState") == "playing")
    press("nexttrack")
    wait_until(lambda: page.evaluate("() => navigator.mediaSession.metadata.title") == "b")
    press("previoustrack")
    wait_until(lambda: page.evaluate("() => navigator.mediaSession.metadata.title") == "a")


def test_what_will_not_play_says_so_and_can_be_downloaded(
    page: Page, listening: Callable[..., Service], tmp_path: Path
) -> None:
    """The file is no song at all."""
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"no music in here" * 5000)
    listening(broken)

    page.get_by_role("button", name="Play broken").first.click()
    expect(bar(page).get_by_text("Your browser can't play this file.", exact=False)).to_be_visible(timeout=20_000)
    with page.expect_download() as download:
        bar(page).get_by_role("button", name="Download").click()

    assert Path(download.value.path()).read_bytes() == broken.read_bytes()


ELSEWHERE = "() => (document.pictureInPictureElement ?? document.fullscreenElement) !== null"


def leaves_and_comes_back(page: Page, name: str) -> None:
    """With the same button of the film."""
    button = bar(page).get_by_role("button", name=name)
    button.click()
    wait_until(lambda: page.evaluate(ELSEWHERE))
    button.click()
    wait_until(lambda: not page.evaluate(ELSEWHERE))


def test_films_pictures_and_pages_are_seen(
    page: Page, line: WeakLine, listening: Callable[..., Service], tmp_path: Path
) -> None:
    """A film in the page, in its own window and on the full screen; a picture over the page; a PDF in a new tab."""
    service = listening()
    film, picture, paper = tmp_path / "film.webm", tmp_path / "sea.png", tmp_path / "paper.pdf"
    film.write_bytes(record_film(page))
    picture.write_bytes(page.screenshot())
    paper.write_bytes(b"%PDF-1.4\n%%EOF")
    page.goto(service.url)
    add(page, film, picture, paper, mood="Happy")

    expect_in_library(page, "film")
    play(page, "film")
    expect(bar(page).get_by_role("button", name="Full screen")).to_be_visible()
    expect(bar(page).locator("video")).to_have_js_property("videoWidth", WIDTH)
    for name in ("Picture in picture", "Full screen"):
        leaves_and_comes_back(page, name)

    # By keyboard, because the film covers the end of a short list.
    page.get_by_role("button", name="Open sea").first.press("Enter")
    shown = page.get_by_role("dialog", name="sea")
    expect(shown.get_by_role("img", name="sea")).to_be_visible()
    wait_until(lambda: page.evaluate("() => document.querySelector('dialog img').naturalWidth") > 0)
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)

    with page.expect_popup():
        page.get_by_role("button", name="Open paper").first.press("Enter")
    wait_until(lambda: any("paper" in request and "inline" in request for request in line.requests))
