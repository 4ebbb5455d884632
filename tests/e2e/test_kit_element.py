"""The element <moodrop-uploader> as others embed it: each example on a site of its own, in Chromium."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.axe import violations
from tests.e2e.kit_example import copy_example, open_site
from tests.e2e.page import wait_until
from tests.e2e.service import files_of
from tests.e2e.weak_line import WeakLine

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(300)]

DROP = """async ([part, name]) => {
  const element = document.querySelector("moodrop-uploader");
  const target = element.shadowRoot.querySelector(part);
  const transfer = new DataTransfer();
  transfer.items.add(new File([new Uint8Array(2000)], name, { type: "audio/mpeg" }));
  const options = { dataTransfer: transfer, bubbles: true, composed: true, cancelable: true };
  const event = (type) => new DragEvent(type, options);
  target.dispatchEvent(event("dragover"));
  target.dispatchEvent(event("drop"));
}"""
PASTE = """name => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([new Uint8Array(2000)], name, { type: "audio/mpeg" }));
  const options = { clipboardData: transfer, bubbles: true, cancelable: true };
  document.body.dispatchEvent(new ClipboardEvent("paste", options));
}"""
LISTEN = """() => {
  globalThis.seen = [];
  const element = document.querySelector("moodrop-uploader");
  for (const type of ["upload-complete", "upload-error", "progress"])
    document.addEventListener(type, ({ target, detail }) => seen.push([type, target === element, detail]));
}"""


@pytest.fixture
def open_example(
    open_page: Callable[..., Page], weak_settings: Settings, serve: Callable[..., Service], tmp_path: Path
) -> Iterator[Callable[..., tuple[Page, Service]]]:
    """Open an example on its own site; the service allows that site, and the store is behind the weak line."""
    with ExitStack() as opened:

        def start(name: str, **options: Any) -> tuple[Page, Service]:
            root = tmp_path / name
            root.mkdir()
            site = opened.enter_context(open_site(root / "site"))
            service = serve(weak_settings.model_copy(update={"cors_origins": (site,)}))
            copy_example(name, root / "site", service.url)
            page = open_page(**options)
            page.goto(site)
            return page, service

        yield start


def choose(page: Page, *songs: Path) -> Locator:
    page.locator("moodrop-uploader input[type=file]").set_input_files([str(song) for song in songs])
    return page.locator("moodrop-uploader")


@pytest.mark.parametrize("name", ["html", "react-18", "vue", "svelte"])
def test_each_example_uploads_with_a_mood(
    name: str, open_example: Callable[..., tuple[Page, Service]], a_song: Callable[..., Path]
) -> None:
    page, service = open_example(name)
    element = choose(page, a_song("Low Tide.wav"))

    element.get_by_role("radio", name="Sad").check()
    element.get_by_role("button", name="Upload 1 file").click()

    expect(element.get_by_text("1 file uploaded")).to_be_visible()
    (file,) = files_of(service)
    expect(page.get_by_label("Last file")).to_have_text(f"Low Tide.wav is {file['file_id']}")
    assert (file["title"], file["mood"]) == ("Low Tide", "sad")


def test_the_hook_runs_on_react_18(
    open_example: Callable[..., tuple[Page, Service]], a_song: Callable[..., Path]
) -> None:
    """In strict mode, which mounts everything twice."""
    page, service = open_example("react-18")
    expect(page.get_by_role("heading", name="React 18.3.1")).to_be_visible()

    page.get_by_label("Files", exact=True).set_input_files(str(a_song("one.wav")))
    page.get_by_role("button", name="Start 1").click()

    expect(page.get_by_text("one.wav: 100 %")).to_be_visible()
    assert [file["mood"] for file in files_of(service)] == ["happy"]


def test_files_come_by_drop_and_by_paste(open_example: Callable[..., tuple[Page, Service]]) -> None:
    """On a mood they start at once; elsewhere they wait for the button."""
    page, service = open_example("html")
    element = page.locator("moodrop-uploader")
    expect(element.get_by_role("radio", name="Happy")).to_be_visible()

    page.evaluate(DROP, ["[data-mood=happy]", "at once.mp3"])
    wait_until(lambda: [file["mood"] for file in files_of(service)] == ["happy"])
    page.evaluate(DROP, [".drop", "dropped.mp3"])
    expect(element.get_by_role("button", name="Upload 1 file")).to_be_visible()
    page.evaluate(PASTE, "pasted.mp3")
    expect(element.get_by_role("button", name="Upload 2 files")).to_be_visible()
    element.get_by_role("button", name="Remove pasted").click()
    expect(element.get_by_role("button", name="Remove dropped")).to_be_focused()


def test_it_is_used_by_keyboard_and_tells_the_page(
    open_example: Callable[..., tuple[Page, Service]], line: WeakLine, a_song: Callable[..., Path]
) -> None:
    """Pause, resume and cancel keep their focus; events reach the page around it."""
    page, service = open_example("html")
    page.evaluate(LISTEN)
    element = choose(page, a_song("one.wav"), a_song("two.wav"))
    line.hold_after(0)
    start = element.get_by_role("button", name="Upload 2 files")
    start.focus()
    page.keyboard.press("Enter")

    pause = element.get_by_role("button", name="Pause one")
    pause.focus()
    page.keyboard.press("Enter")
    expect(element.get_by_role("button", name="Resume one")).to_be_focused()
    page.keyboard.press("Enter")
    expect(pause).to_be_focused()
    element.get_by_role("button", name="Cancel two").press("Enter")
    line.release()

    expect(element.get_by_text("1 file uploaded")).to_be_visible()
    seen = page.evaluate("seen")
    assert all(from_element for _, from_element, _ in seen)
    (complete,) = [detail for name, _, detail in seen if name == "upload-complete"]
    assert complete["file_id"] == files_of(service)[0]["file_id"]
    assert [detail["percent"] for name, _, detail in seen if name == "progress"][-1] == 100


def test_it_says_why_a_file_is_left_out(
    open_example: Callable[..., tuple[Page, Service]], tmp_path: Path, a_song: Callable[..., Path]
) -> None:
    page, _ = open_example("html")
    page.evaluate(LISTEN)
    page.locator("moodrop-uploader").evaluate("element => { element.accept = 'audio/*' }")
    text = tmp_path / "notes.html"
    text.write_text("<b>no</b>")
    expect(page.locator("moodrop-uploader").get_by_text("Audio · up to")).to_be_visible()

    element = choose(page, text)

    expect(element.get_by_role("alert")).to_contain_text("notes.html isn't supported. You can add audio.")
    assert page.evaluate("seen") == [
        ["upload-error", True, {"filename": "notes.html", "error": None, "reason": "not_allowed"}]
    ]


def test_a_service_that_is_down_is_asked_again(
    open_example: Callable[..., tuple[Page, Service]], a_song: Callable[..., Path]
) -> None:
    """Files chosen meanwhile are not forgotten."""
    page, service = open_example("html")
    page.route(f"{service.url}/v1/session", lambda route: route.abort())
    page.reload()
    element = choose(page, a_song("one.wav"))
    expect(element.get_by_role("alert")).to_contain_text("Can't reach Moodrop.")

    page.unroute(f"{service.url}/v1/session")
    element.get_by_role("button", name="Try again").click()

    expect(element.get_by_role("button", name="Upload 1 file")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "direction", "button"),
    [
        ("en", "ltr", "Upload 1 file"),
        ("de", "ltr", "1 Datei hochladen"),
        ("es", "ltr", "Subir 1 archivo"),
        ("fr", "ltr", "Envoyer 1 fichier"),
        ("ar", "rtl", "ارفع ملف واحد"),
    ],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_for_everyone(
    language: str,
    direction: str,
    button: str,
    scheme: str,
    open_example: Callable[..., tuple[Page, Service]],
    a_song: Callable[..., Path],
) -> None:
    """No violation that axe knows, nothing cut off at 320 px, in five languages, light and dark."""
    page, _ = open_example("html", color_scheme=scheme, viewport={"width": 320, "height": 640}, locale=language)
    page.locator("moodrop-uploader").evaluate("(element, language) => { element.language = language }", language)
    element = choose(page, a_song("one.wav"), a_song("two.wav"))
    element.get_by_role("button").last.click()
    expect(element.locator("[data-status=done]")).to_have_count(2)

    choose(page, a_song("three.wav"))

    expect(element.get_by_role("button", name=button)).to_be_visible()
    expect(element.locator("section")).to_have_attribute("dir", direction)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
