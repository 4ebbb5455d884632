"""Takes the README's picture of the page: `make picture`. Not a test, but made of the same parts."""

from collections.abc import Callable
from pathlib import Path

import urllib3
from playwright.sync_api import Page

from service.settings import Settings
from tests.conftest import ROOT, Service

SONGS = [
    ("Letters Home", "Field Notes", "sad"),
    ("Bicycle", "Mira & Tom", "happy"),
    ("Low Tide", "Oda Vik", "neutral"),
    ("Harbour Lights", "Oda Vik", "sad"),
    ("Second Wind", "Kite Season", "happy"),
    ("Rain on Tin", "Lena Moor", "neutral"),
    ("Paper Boats", "Lena Moor", "sad"),
    ("Golden Hour", "Kite Season", "happy"),
    ("Tönë", "Ana Çelik", "happy"),
]


def test_picture(page: Page, settings: Settings, serve: Callable[..., Service], a_song: Callable[..., Path]) -> None:
    """Nine songs of three moods, one of them playing."""
    service = serve(settings)
    for number, (title, artist, mood) in enumerate(SONGS):
        send(service, a_song(f"{number}.wav", seconds=60, hertz=220 + 20 * number), title, artist, mood)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(service.url)
    page.get_by_role("button", name="Play Golden Hour").first.click()
    page.mouse.move(0, 0)
    page.wait_for_timeout(4000)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.wait_for_timeout(500)

    picture = ROOT / "docs" / "images" / "page.jpg"
    picture.parent.mkdir(exist_ok=True)
    page.screenshot(path=picture, type="jpeg", quality=88)


def send(service: Service, song: Path, title: str, artist: str, mood: str) -> None:
    """Upload it as a script would."""
    body = song.read_bytes()
    new = {"filename": f"{title}.wav", "content_type": "audio/wav", "size_bytes": len(body)}
    metadata = {"title": title, "artist": artist, "mood": mood}
    started = urllib3.request("POST", f"{service.url}/v1/uploads", json=new | metadata).json()
    headers = {name: value for name, value in started["transfer"]["headers"].items() if name != "content-length"}
    urllib3.request("PUT", started["transfer"]["url"], body=body, headers=headers)
    urllib3.request("POST", f"{service.url}/v1/uploads/{started['upload_id']}/confirm")
