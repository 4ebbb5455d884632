"""Films in a real browser: by HLS with URLs of a few seconds, or by their bytes if a stream fails."""

from collections.abc import Iterator
from statistics import median

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from dev.servers import MongodServer
from tests.conftest import Store, services, settings_for
from tests.e2e.axe import violations
from tests.e2e.cinema import HEIGHT, MEDIA, TITLE, Cinema, open_cinema
from tests.e2e.page import PLAYED, wait_until
from tests.e2e.weak_line import WeakLine

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(900)]

LIFE_S = 4  # of every URL
# Each second of the film but the last ones, in steps of 41: back and forth, never twice.
MANY = tuple(41 * number % 109 for number in range(1, 101))
WITHOUT_MSE = "delete globalThis.MediaSource; delete globalThis.ManagedMediaSource;"
# Milliseconds from one event of the film to another: no words of a test's between them.
TIMED = """
globalThis.took = { loadstart: [], seeking: [] };
for (const [begin, end] of [['loadstart', 'playing'], ['seeking', 'seeked']]) {
  let began = 0;
  document.addEventListener(begin, () => { began ||= performance.now(); }, true);
  document.addEventListener(end, () => { if (began) took[begin].push(performance.now() - began); began = 0; }, true);
}
"""
WITHOUT_STREAMS = (
    WITHOUT_MSE
    + """const can = HTMLMediaElement.prototype.canPlayType;
    HTMLMediaElement.prototype.canPlayType = function (type) {
      return type.includes('mpegurl') ? '' : can.call(this, type);
    };"""
)


@pytest.fixture(scope="module")
def opened(
    tmp_path_factory: pytest.TempPathFactory, minio: Store, mongod: MongodServer, worker_keys: dict[str, str]
) -> Iterator[Cinema]:
    """A service whose store is behind a weak line and whose URLs live LIFE_S, with one film."""
    line, folder = WeakLine(minio.endpoint), tmp_path_factory.mktemp("cinema")
    lives = {"media_url_expires_in": LIFE_S, "download_url_expires_in": LIFE_S}
    with services(folder) as start:
        settings = settings_for(minio, mongod, minio_public_endpoint=line.url, **MEDIA, **lives)
        yield Cinema(open_cinema(start, settings, worker_keys, folder).url, line)
    line.close()


@pytest.fixture
def cinema(opened: Cinema) -> Cinema:
    """The same for each test, with a line that is whole."""
    opened.line.restore()
    opened.line.requests.clear()
    return opened


@pytest.fixture
def refused(page: Page) -> list[str]:
    """The requests that were answered with 403."""
    urls = list[str]()

    def note(response: Response) -> None:
        if response.status == 403:
            urls.append(response.url)

    page.on("response", note)
    return urls


def play(page: Page, service: Cinema) -> None:
    page.goto(service.url)
    page.get_by_role("button", name=f"Play {TITLE}").first.click()
    plays_on(page)


def position(page: Page) -> float:
    return float(page.evaluate(PLAYED))


def plays_on(page: Page, seconds: float = 30) -> None:
    """Check that it keeps playing from where it is."""
    now = position(page)
    wait_until(lambda: position(page) > now + 0.3, seconds)


def seek(page: Page, second: int) -> None:
    page.get_by_role("slider", name="Position").fill(str(second))
    wait_until(lambda: second < position(page) < second + 5, 30)


def source(page: Page) -> str:
    return str(page.evaluate("() => document.querySelector('video').src"))


def height(page: Page) -> int:
    return int(page.evaluate("() => document.querySelector('video').videoHeight"))


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name="Player")


def test_a_film_is_in_the_list_with_its_poster_and_its_duration(page: Page, cinema: Cinema) -> None:
    page.goto(cinema.url)

    expect(page.get_by_role("button", name=f"Play {TITLE}").locator("img")).to_have_js_property("naturalWidth", 96)
    expect(page.locator(".file-length")).to_have_text("2:00")


@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param((90, 5, 100), id="3_seeks"),
        pytest.param(
            MANY, id="100_seeks", marks=[pytest.mark.torture("100 seeks, far and near"), pytest.mark.timeout(1800)]
        ),
    ],
)
def test_a_film_plays_and_seeks_through_urls_of_four_seconds(
    page: Page, cinema: Cinema, refused: list[str], seconds: tuple[int, ...]
) -> None:
    """By HLS, also after a pause in which all of them expired, and in the chosen quality. The store refuses none."""
    play(page, cinema)
    assert source(page).startswith("blob:")
    for second in seconds:
        seek(page, second)
        plays_on(page)

    quality = bar(page).get_by_role("combobox", name="Quality")
    expect(quality.locator("option")).to_have_text(["Automatic (240p)", "480p", "240p"])
    quality.select_option("480p")
    wait_until(lambda: height(page) == 480, 30)
    quality.select_option("240p")
    wait_until(lambda: height(page) == 240, 30)
    expect(quality.locator("option").first).to_have_text("Automatic")

    bar(page).get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_timeout(1000 * (LIFE_S + 1))
    bar(page).get_by_role("button", name="Play", exact=True).click()
    seek(page, 70)
    plays_on(page)

    assert refused == []
    signatures = {request.partition("X-Amz-Signature=")[2] for request in cinema.line.requests if ".mp4" in request}
    assert len(signatures) > 2
    assert violations(page) == []


@pytest.mark.torture("5 starts, 50 seeks")
def test_a_film_starts_within_two_seconds_and_seeks_within_one(page: Page, cinema: Cinema) -> None:
    """By the browser's own clock; the median, for other programs share the machine."""
    page.add_init_script(TIMED)
    starts, seeks = list[float](), list[float]()
    for number in range(5):
        play(page, cinema)
        for second in MANY[10 * number : 10 * number + 10]:
            seek(page, second)
        starts += page.evaluate("() => took.loadstart.slice(0, 1)")
        seeks += page.evaluate("() => took.seeking")

    assert (len(starts), len(seeks) >= 50) == (5, True)
    assert (median(starts) <= 2000, median(seeks) <= 1000) == (True, True), (starts, seeks)


def test_where_the_store_is_cut_off_it_goes_on_at_the_same_second(page: Page, cinema: Cinema) -> None:
    """The page says that bytes are late; the stream is given up for the bytes of the film, and those come in time."""
    play(page, cinema)
    cinema.line.cut()
    page.get_by_role("slider", name="Position").fill("90")

    expect(bar(page).get_by_text("Connection lost.", exact=False)).to_be_visible()
    wait_until(lambda: source(page).startswith(cinema.url), 40)
    cinema.line.restore()

    wait_until(lambda: 90 < position(page) < 95, 40)
    plays_on(page)


def test_without_a_playlist_the_original_plays(page: Page, cinema: Cinema) -> None:
    """From its beginning, where the service cannot write one."""
    page.route("**/*.m3u8*", lambda route: route.fulfill(status=500))

    play(page, cinema)

    assert "/media/" in source(page)
    assert "rendition" not in source(page)
    assert height(page) == HEIGHT


def test_without_the_streams_player_the_original_plays(page: Page, cinema: Cinema) -> None:
    """As when its part of the page cannot be loaded."""
    page.route("**/assets/hls-stream*", lambda route: route.abort())

    play(page, cinema)

    assert height(page) == HEIGHT


def test_without_mediasource_the_browser_plays_the_stream_itself(
    page: Page, cinema: Cinema, refused: list[str]
) -> None:
    """Its playlist has URLs that outlive the film."""
    page.add_init_script(WITHOUT_MSE)

    play(page, cinema)
    assert source(page).endswith("/media/master.m3u8")
    seek(page, 90)
    page.wait_for_timeout(1000 * LIFE_S)
    seek(page, 5)
    plays_on(page)

    assert refused == []


def test_without_any_stream_the_bytes_play(page: Page, cinema: Cinema) -> None:
    page.add_init_script(WITHOUT_STREAMS)

    play(page, cinema)
    seek(page, 90)
    plays_on(page)

    assert "/media/" in source(page)
