"""What the page makes of a song's measures, in a real browser on the real servers: even volume, and its waveform."""

from collections.abc import Callable
from pathlib import Path

import pytest
import urllib3
from playwright.sync_api import Locator, Page, Route, expect

from dev.ffmpeg import Ffmpeg
from service.settings import Settings
from tests.conftest import Service
from tests.e2e.page import PLAYED, wait_until
from tests.e2e.service import files_of
from tests.e2e.songs import send
from tests.helpers.worker import StartWorker

pytestmark = [pytest.mark.real, pytest.mark.browser]

TARGET_LUFS = -16
READY_S = 120
WITHOUT_DECODING = """
window.decoded = 0;
BaseAudioContext.prototype.decodeAudioData = () => { window.decoded += 1; throw new Error("no decoder"); };
"""
VOLUME = "() => document.querySelector('audio').volume"

# What stands in the waveform's place before it is there.
BEFORE = """(place) => {
  const { animationName, backgroundImage } = getComputedStyle(place, "::before");
  return [animationName, backgroundImage];
}"""
# What was not played yet is mostly of one colour in both themes.
RED_OR_LIME = """() => document.documentElement.style.setProperty("--line-strong", "light-dark(#f00, #0f0)")"""
RED, LIME = [255, 0, 0], [0, 255, 0]
# In which colour that is drawn; null while nothing is.
COLOUR = """(place) => {
  const canvas = place.querySelector(":scope > div > div")?.shadowRoot?.querySelector(".canvases canvas");
  if (!canvas) return null;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const opaque = data.findIndex((value, at) => at % 4 === 3 && value === 255);
  return [...data.slice(opaque - 3, opaque)];
}"""


def play(page: Page) -> None:
    page.get_by_role("button", name="Play Siren").first.click()
    wait_until(lambda: page.evaluate(PLAYED) > 0.1)


def switch(page: Page) -> Locator:
    """Open the queue, which has the switch."""
    page.get_by_role("region", name="Player").get_by_role("button", name="Queue", exact=True).click()
    return page.get_by_role("checkbox", name="Even volume")


@pytest.fixture
def siren(
    settings: Settings,
    serve: Callable[..., Service],
    start_worker: StartWorker,
    a_song: Callable[..., Path],
    ffmpeg: Ffmpeg,
) -> tuple[Service, str]:
    """A service with a loud song that a worker has measured, and the song's id."""
    service = serve(settings.model_copy(update={"media": True}))
    start_worker(media_sandbox="none", ffmpeg_bin=ffmpeg.ffmpeg, ffprobe_bin=ffmpeg.ffprobe)
    file_id = send(service, a_song("siren.wav", seconds=30).read_bytes(), "siren.wav", title="Siren")
    wait_until(lambda: files_of(service)[0]["media_state"] == "ready", READY_S)
    return service, file_id


def test_a_loud_song_is_played_more_quietly_until_told_otherwise(page: Page, siren: tuple[Service, str]) -> None:
    """By as much as it is louder than the target, at any volume. The switch is remembered."""
    service, file_id = siren
    loudness = urllib3.request("GET", f"{service.url}/v1/files/{file_id}/media").json()["loudness_lufs"]
    gain = 10 ** ((TARGET_LUFS - loudness) / 20)
    assert gain < 0.9, "the song is not loud"

    page.goto(service.url)
    play(page)
    assert page.evaluate(VOLUME) == pytest.approx(gain, rel=0.01)
    page.get_by_role("slider", name="Volume").fill("0.5")
    assert page.evaluate(VOLUME) == pytest.approx(gain / 2, rel=0.01)
    even = switch(page)
    expect(even).to_be_checked()
    even.uncheck()
    assert page.evaluate(VOLUME) == 0.5

    page.reload()
    play(page)
    assert page.evaluate(VOLUME) == 0.5
    expect(switch(page)).not_to_be_checked()


def test_a_measured_song_shows_its_waveform_where_no_sound_can_be_decoded(
    watched_page: Page, siren: tuple[Service, str]
) -> None:
    """The page draws what the worker measured, and decodes nothing itself. Until then, bars like those shimmer.

    It is drawn in the colours of the chosen theme, whatever the device's is.
    """
    page, (service, _), asked = watched_page, siren, list[Route]()
    page.emulate_media(color_scheme="light")
    page.add_init_script(WITHOUT_DECODING)
    page.route("**/draw-wave-*.js", lambda route: asked.append(route))  # noqa: PLW0108 -- Playwright takes no builtin
    page.goto(service.url)
    page.evaluate(RED_OR_LIME)
    play(page)

    wait_until(lambda: page.wait_for_timeout(50) is None and len(asked) == 1)
    waveform = page.locator(".waveform")
    animation, bars = waveform.evaluate(BEFORE)
    assert animation == "shimmer"
    assert "repeating-linear-gradient" in bars
    asked[0].continue_()
    expect(page.locator(".waveform canvas").first).to_be_attached()
    assert waveform.evaluate(BEFORE)[0] == "none"
    assert page.evaluate("() => window.decoded") == 0

    assert waveform.evaluate(COLOUR) == RED
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    wait_until(lambda: waveform.evaluate(COLOUR) == LIME)
