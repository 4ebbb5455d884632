"""Mood from the face: judged in a real Chromium with a fake webcam, and songs of that mood play."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from dev.servers import MongodServer
from moodrop import Client
from tests.conftest import Service, Store, services, settings_for
from tests.e2e.conftest import write_tone
from tests.e2e.faces import FACES, expect_status, open_dialog
from tests.e2e.fake_camera import ALLOWED, FAKE, Cut, camera_page, refuse_camera, seeing, tracks
from tests.e2e.page import PLAYED, pick_mood, wait_until

pytestmark = [pytest.mark.real, pytest.mark.browser]

SONGS = {"happy": "Sunrise", "sad": "Rain", "neutral": "Meadow"}
# Files that only the camera needs.
MODEL = re.compile(r"face-dialog|judge|\.wasm|\.bin")
# As when another tab comes to the front.
HIDE = """
Object.defineProperty(document, "hidden", { value: true, configurable: true });
document.dispatchEvent(new Event("visibilitychange"));
"""


@pytest.fixture(scope="module")
def service(minio: Store, mongod: MongodServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for this whole file, with a song of each mood."""
    folder = tmp_path_factory.mktemp("face-mood")
    with services(folder) as serve:
        running = serve(settings_for(minio, mongod, allow_open_on_network=True))
        with Client(running.url, None) as client:
            for mood, title in SONGS.items():
                client.upload(write_tone(folder / f"{title}.wav"), mood=mood, title=title)
        yield running


@pytest.fixture
def seen_by(browser: Browser, tmp_path: Path) -> Callable[..., str]:
    """Return the flag for a camera that sees these faces side by side."""
    return lambda *cuts: seeing(browser, tmp_path, *cuts)


def camera_was_on_and_is_off(page: Page) -> None:
    assert tracks(page) == ["ended"]
    assert page.evaluate("document.querySelector('dialog video')?.srcObject ?? null") is None


def plays(page: Page, title: str) -> None:
    expect(page.get_by_role("region", name="Player")).to_contain_text(title)
    wait_until(lambda: page.evaluate(PLAYED) > 0.3)


def origin(url: str) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))


# Notes each change of what the dialog shows while it looks: its words, the oval and the progress.
WATCH = """
globalThis.steps = [];
new MutationObserver(() => {
  const [words, oval, bar] = [".face-status", ".face-oval", ".face-progress"].map((one) => document.querySelector(one));
  if (!words || !oval || !bar) return;
  const step = [words.innerText.trim(), getComputedStyle(oval).borderStyle, bar.value];
  if (JSON.stringify(step) !== JSON.stringify(steps.at(-1))) steps.push(step);
}).observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
"""


@pytest.mark.parametrize("mood", FACES)
def test_a_face_is_read_and_songs_of_its_mood_play(
    browser: Browser, service: Service, minio: Store, seen_by: Callable[..., str], mood: str
) -> None:
    """Nothing is loaded before the click or sent anywhere, and the camera turns off at once."""
    asked: list[str] = []
    with camera_page(browser, FAKE, ALLOWED, seen_by(FACES[mood])) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(service.url, wait_until="networkidle")
        before = len(asked)
        dialog = open_dialog(page)
        expect_status(dialog, f"You look {mood}.")
        camera_was_on_and_is_off(page)
        expect(dialog.get_by_role("radio", name=mood.capitalize())).to_be_checked()
        dialog.get_by_role("button", name=f"Play {mood} songs").click()
        plays(page, SONGS[mood])

    assert not [url for url in asked[:before] if MODEL.search(url)]
    assert {part for url in asked for part in MODEL.findall(url)} == {"face-dialog", "judge", ".wasm", ".bin"}
    assert {origin(url) for url in asked} <= {service.url, minio.endpoint}


def test_the_person_has_the_last_word(browser: Browser, service: Service, seen_by: Callable[..., str]) -> None:
    """The face is happy, but the person chooses sad; then everything by keyboard.

    An oval shows where the face belongs, dashed until one is there. Then the words ask to hold still, and a bar counts.
    """
    with camera_page(browser, FAKE, ALLOWED, seen_by(FACES["happy"])) as page:
        page.add_init_script(WATCH)
        page.goto(service.url)
        page.get_by_role("button", name="Mood from your face").focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Mood from your face")
        expect_status(dialog, "You look happy.")
        first, *then = page.evaluate("steps")
        assert first == ["Look at the camera.", "dashed", 0]
        assert {(words, oval) for words, oval, _ in then} == {("Hold still…", "solid")}
        counted = [progress for *_, progress in then]
        assert counted == sorted(counted)
        assert 0 < counted[0] < 1

        expect(dialog.get_by_role("heading", name="Mood from your face")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(dialog.get_by_role("radio", name="Happy")).to_be_focused()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
        expect(dialog.get_by_role("button", name="Play sad songs")).to_be_focused()
        page.keyboard.press("Enter")

        plays(page, SONGS["sad"])
        expect(page.get_by_role("button", name="Sad, 1 file")).to_have_attribute("aria-pressed", "true")


def test_two_faces_are_one_too_many(browser: Browser, service: Service, seen_by: Callable[..., str]) -> None:
    """No mood is guessed; the person can still choose one."""
    pair = [Cut("sample6.jpg", 613, 318, 300, 450), Cut("sample2.jpg", 1390, 80, 300, 450)]
    with camera_page(browser, FAKE, ALLOWED, seen_by(*pair)) as page:
        page.goto(service.url)
        dialog = open_dialog(page)
        expect_status(dialog, "More than one face found.")

        camera_was_on_and_is_off(page)
        pick_mood(dialog, "Neutral")
        dialog.get_by_role("button", name="Play neutral songs").click()
        plays(page, SONGS["neutral"])


def test_without_a_face_it_says_so_and_looks_again(browser: Browser, service: Service) -> None:
    """Chromium's own test pattern shows no face."""
    with camera_page(browser, FAKE, ALLOWED) as page:
        page.goto(service.url)
        dialog = open_dialog(page)
        expect_status(dialog, "No face found.")
        camera_was_on_and_is_off(page)

        dialog.get_by_role("button", name="Try again").click()
        expect_status(dialog, "Look at the camera.")
        expect(dialog.get_by_role("status")).to_be_focused()
        wait_until(lambda: tracks(page) == ["ended", "live"])
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_have_count(0)
        assert tracks(page) == ["ended", "ended"]

        # The camera stops when the person switches to another tab.
        dialog = open_dialog(page)
        expect_status(dialog, "Look at the camera.")
        page.evaluate(HIDE)
        expect_status(dialog, "because you left the page")
        assert tracks(page) == ["ended"] * 3


def test_without_permission_or_a_camera_it_says_what_to_do(browser: Browser, service: Service) -> None:
    """A refused camera and a missing one get different advice."""
    with camera_page(browser, FAKE, ALLOWED) as page:
        refuse_camera(page)
        page.goto(service.url)
        expect_status(open_dialog(page), "Camera access is blocked.")
        assert tracks(page) == []
    with camera_page(browser, granted=True) as page:
        page.goto(service.url)
        expect_status(open_dialog(page), "No camera found.")


def test_on_plain_http_it_names_the_reason_and_loads_nothing(browser: Browser, service: Service) -> None:
    """Browsers do not trust a local network name over plain HTTP."""
    with camera_page(browser, FAKE, ALLOWED, "--host-resolver-rules=MAP moodrop.test 127.0.0.1") as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(service.url.replace("127.0.0.1", "moodrop.test"))
        expect_status(open_dialog(page), "The camera needs a secure (https) address.")

    assert not [url for url in asked if "judge" in url]


@pytest.mark.parametrize("missing", ["**/*.bin", "**/*.wasm", "**/judge-*.js"])
def test_a_model_that_is_not_there_is_loaded_on_the_next_try(
    browser: Browser, service: Service, seen_by: Callable[..., str], missing: str
) -> None:
    """If the network fails, the camera stays off, and the next try works."""
    with camera_page(browser, FAKE, ALLOWED, seen_by(FACES["sad"])) as page:
        page.goto(service.url)
        page.route(missing, lambda route: route.abort())
        dialog = open_dialog(page)
        expect_status(dialog, "Couldn't load face detection.")
        assert tracks(page) == []
        page.unroute(missing)

        dialog.get_by_role("button", name="Try again").click()

        expect_status(dialog, "You look sad.")


def test_a_model_that_does_not_come_is_given_up(
    browser: Browser, service: Service, seen_by: Callable[..., str]
) -> None:
    """A connection that hangs is waited for two minutes; then the next try works."""
    with camera_page(browser, FAKE, ALLOWED, seen_by(FACES["sad"])) as page:
        page.clock.install()
        page.goto(service.url)
        asked: list[Route] = []
        page.route("**/*.bin", lambda route: asked.append(route))  # noqa: PLW0108 -- Playwright takes no builtin
        dialog = open_dialog(page)
        wait_until(lambda: page.wait_for_timeout(50) is None and len(asked) == 2)
        page.clock.fast_forward(110_000)
        expect_status(dialog, "Getting ready…")
        page.clock.fast_forward(11_000)
        expect_status(dialog, "Couldn't load face detection.")
        assert tracks(page) == []
        page.unroute("**/*.bin")

        dialog.get_by_role("button", name="Try again").click()

        expect_status(dialog, "You look sad.")


def test_where_webassembly_is_off_it_says_so(browser: Browser, service: Service) -> None:
    """Some browsers' strict modes disable it: nothing is loaded in vain, and no camera turns on."""
    with camera_page(browser, FAKE, ALLOWED) as page:
        page.add_init_script("delete globalThis.WebAssembly")
        page.goto(service.url)
        expect_status(
            open_dialog(page), "Face detection isn't available because WebAssembly is turned off in this browser."
        )
        assert tracks(page) == []
