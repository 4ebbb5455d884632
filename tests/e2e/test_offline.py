"""The installed page: without a network, with a newer build, with shared files, and without its worker."""

import hashlib
import json
import re
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dev.ports import free_port
from service.settings import Settings
from tests.conftest import ROOT, Service
from tests.e2e.page import PLAYED, wait_until
from tests.e2e.songs import send, tone
from tests.e2e.tagged_song import png

pytestmark = [pytest.mark.real, pytest.mark.browser]

Serve = Callable[..., Service]
TIMEOUT_S = 120
# The stored builds that are whole.
SHELLS = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("moodrop-shell-"));
  const pages = await Promise.all(names.map((cacheName) => caches.match("/", { cacheName })));
  return names.filter((_, index) => pages[index]);
}"""
CACHES = "() => caches.keys()"
WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).length"
STORED = """async () => {
  const [name] = (await caches.keys()).filter((name) => name.startsWith("moodrop-kept:"));
  return (await (await caches.open(name)).keys()).map(({ url }) => url.split("/").at(-1));
}"""
STORED_TITLES = """async () => {
  const [name] = (await caches.keys()).filter((name) => name.startsWith("moodrop-kept:"));
  const cache = await caches.open(name);
  const records = (await cache.keys()).filter(({ url }) => url.endsWith("/record"));
  return Promise.all(records.map(async (record) => (await (await cache.match(record)).json()).title));
}"""
DRAWING = "(cover) => [...cover.querySelectorAll('path')].map((path) => path.getAttribute('d')).join()"
SHARE = """(bytes) => {
  const [form, field, files] = [document.createElement("form"), document.createElement("input"), new DataTransfer()];
  files.items.add(new File([new Uint8Array(bytes)], "Shared Song.wav", { type: "audio/wav" }));
  Object.assign(form, { method: "POST", action: "/share", enctype: "multipart/form-data" });
  Object.assign(field, { type: "file", name: "files" });
  form.append(field);
  document.body.append(form);
  field.files = files.files;
  form.submit();
}"""


def settled(page: Page, script: str, holds: Callable[[Any], bool]) -> None:
    """Wait until what the script returns is as it should be. Steps aside, or the worker's events would not arrive."""
    wait_until(lambda: page.wait_for_timeout(100) is None and holds(page.evaluate(script)), TIMEOUT_S)


def test_kept_songs_play_without_a_network_until_the_worker_is_called_back(
    page: Page, settings: Settings, serve: Serve
) -> None:
    """To their account alone, under their present titles. What is shared comes into the panel."""
    service = serve(settings, port=(port := free_port()))
    for title in ("Alpha", "Beta"):
        send(service, tone(30), f"{title}.wav", title=title, duration_seconds=30)
    page.goto(service.url)
    settled(page, SHELLS, lambda shells: len(shells) == 1)
    keep(page, "Alpha")
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("menuitem", name="On this device").click()
    dialog = page.get_by_role("dialog", name="On this device")
    expect(dialog.get_by_role("list")).to_contain_text("Alpha")
    expect(dialog).to_contain_text("1 file, 480 kB")
    dialog.get_by_role("button", name="Close").click()
    rename(page, "Alpha", "Alphabet")
    rename(page, "Alphabet", "Alpha Centauri")

    page.evaluate(SHARE, list(tone(1)))
    panel = page.get_by_role("dialog", name="Add files")
    expect(panel).to_contain_text("Shared Song", timeout=TIMEOUT_S * 1000)
    assert "moodrop-shared" not in page.evaluate(CACHES)
    panel.get_by_role("button", name="Upload 1 file").click()
    expect(page.get_by_role("button", name="Play Shared Song")).to_be_visible(timeout=TIMEOUT_S * 1000)

    service.stop()
    page.goto(service.url)
    songs = page.get_by_role("list", name="On this device")
    expect(songs).to_contain_text("Alpha Centauri", timeout=TIMEOUT_S * 1000)
    expect(songs.get_by_role("listitem")).to_have_count(1)
    songs.get_by_role("button", name="Play Alpha Centauri").click()
    wait_until(lambda: page.evaluate(PLAYED) > 0, TIMEOUT_S)
    owner = page.evaluate("() => localStorage.getItem('moodrop.owner')")
    page.evaluate("() => localStorage.setItem('moodrop.owner', 'somebody else')")
    page.reload()
    expect(page.get_by_text("Can't reach Moodrop.")).to_be_visible(timeout=TIMEOUT_S * 1000)
    page.evaluate("(owner) => localStorage.setItem('moodrop.owner', owner)", owner)
    page.reload()
    expect(songs).to_contain_text("Alpha", timeout=TIMEOUT_S * 1000)

    serve(settings.model_copy(update={"page_worker": False}), port=port)
    page.goto(service.url)
    settled(page, WORKERS, lambda count: count == 0)
    assert page.evaluate(CACHES) == [f"moodrop-kept:{owner}"]
    page.get_by_role("button", name="More actions for Alpha Centauri").click()
    page.get_by_role("menuitem", name="Remove from this device").click()
    expect(page.get_by_text("Alpha Centauri removed from this device.")).to_be_visible()


def rename(page: Page, title: str, new: str) -> None:
    """Give a kept song another title; return once its record on this device has that too."""
    page.get_by_role("button", name=f"More actions for {title}", exact=True).click()
    page.get_by_role("menuitem", name="Edit").click()
    page.get_by_role("dialog").get_by_role("textbox", name="Title").fill(new)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Back to your library").click()
    settled(page, STORED_TITLES, lambda titles: titles == [new])


def keep(page: Page, title: str) -> None:
    """Keep a song on this device."""
    page.get_by_role("button", name=f"More actions for {title}").click()
    page.get_by_role("menuitem", name="Keep on this device").click()
    expect(page.get_by_text(re.compile(f"^{title} is on this device"))).to_be_visible(timeout=TIMEOUT_S * 1000)


def test_kept_songs_show_their_covers_on_a_connection_that_hangs(page: Page, settings: Settings, serve: Serve) -> None:
    """Pictures and drawings, in the list and while they play, from the stored page. They go with their songs."""
    service = serve(settings, port=(port := free_port()))
    picture = png(320, (200, 30, 40))
    covered = send(service, tone(30), "Alpha.wav", title="Alpha", duration_seconds=30)
    send(service, picture, "cover.png", "image/png", cover_of=covered)
    send(service, tone(30), "Beta.wav", title="Beta", duration_seconds=30)
    page.goto(service.url)
    settled(page, SHELLS, lambda shells: len(shells) == 1)
    for title in ("Alpha", "Beta"):
        keep(page, title)
    drawn = page.get_by_role("button", name="Play Beta").locator(".song-cover").evaluate(DRAWING)

    service.stop()
    with socket.create_server(("127.0.0.1", port)):
        page.goto(service.url)
        songs = page.get_by_role("list", name="On this device")
        cover = songs.get_by_role("button", name="Play Alpha").locator("img")
        expect(cover).to_have_js_property("naturalWidth", 320, timeout=TIMEOUT_S * 1000)
        expect(songs.locator("p.numbers").first).to_contain_text(f"{round((len(tone(30)) + len(picture)) / 1000)} kB")
        assert songs.get_by_role("button", name="Play Beta").locator(".song-cover").evaluate(DRAWING) == drawn
        songs.get_by_role("button", name="Play Alpha").click()
        wait_until(lambda: page.evaluate(PLAYED) > 0, TIMEOUT_S)
        player = page.get_by_role("region", name="Player")
        expect(player.locator("img").first).to_have_js_property("naturalWidth", 320)
        songs.get_by_role("button", name="Remove Alpha from this device").click()
        expect(songs.get_by_role("listitem")).to_have_count(1)
        assert sorted(page.evaluate(STORED)) == ["bytes", "record"]


@pytest.mark.parametrize(
    ("size", "page_worker", "title", "hint"),
    [
        (1_000, True, "Share that once more", "Moodrop has to be opened once"),
        (20_000_000, True, "Share that once more", "Moodrop has to be opened once"),
        (20_000_000, False, "Sharing to Moodrop is off", "takes no files from other apps"),
    ],
)
def test_files_shared_without_a_worker_are_answered_in_words(
    watched_page: Page, settings: Settings, serve: Serve, size: int, page_worker: bool, title: str, hint: str
) -> None:
    """However large: a service takes no body of more than 1 MiB, and a person can do nothing with its problem."""
    page, service = watched_page, serve(settings.model_copy(update={"page_worker": page_worker}))
    page.goto(service.url)
    expect(page.get_by_text("Your library is empty.")).to_be_visible()

    page.evaluate(SHARE, size)

    expect(page.get_by_role("heading", name=title)).to_be_visible(timeout=TIMEOUT_S * 1000)
    expect(page.get_by_text(hint)).to_be_visible()
    page.get_by_role("link", name="Back to your library").click()
    expect(page.get_by_text("Your library is empty.")).to_be_visible()


def test_a_page_and_its_files_are_always_of_one_build(
    page: Page, settings: Settings, serve: Serve, tmp_path: Path
) -> None:
    """A newer page shows at once. Its build replaces the stored one when no page of the old worker is open."""
    service = serve(settings, port=(port := free_port()))
    page.goto(service.url)
    settled(page, SHELLS, lambda shells: len(shells) == 1)
    [old] = page.evaluate(SHELLS)
    service.stop()

    newer = serve(settings.model_copy(update={"web_root": str(another_build(tmp_path / "dist"))}), port=port)
    page.goto(newer.url)
    expect(page.get_by_text("Your library is empty.")).to_be_visible()
    expect(another := page.locator("meta[name=build]")).to_have_count(1)
    assert page.evaluate(SHELLS) == [old]
    settled(page, "async () => Boolean((await navigator.serviceWorker.getRegistration())?.waiting)", bool)
    newer.stop()
    page.reload()
    expect(another).to_have_count(0)

    serve(settings.model_copy(update={"web_root": str(tmp_path / "dist")}), port=port)
    context = page.context
    page.close()
    page = context.new_page()
    page.goto(newer.url)
    settled(page, SHELLS, lambda shells: len(shells) == 1 and shells != [old])


def another_build(folder: Path) -> Path:
    """Copy the built page and change it, and what its worker knows of it."""
    shutil.copytree(ROOT / "web" / "dist", folder)
    page = (folder / "index.html").read_text().replace("</head>", '<meta name="build" content="another"></head>')
    (folder / "index.html").write_text(page)
    first, rest = (folder / "media-worker.js").read_text().split("\n", 1)
    build = json.loads(first.removeprefix("self.BUILD=").removesuffix(";"))
    build["page"] = hashlib.sha256(page.encode()).hexdigest()
    (folder / "media-worker.js").write_text(f"self.BUILD={json.dumps(build)};\n{rest}")
    return folder
