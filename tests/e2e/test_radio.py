"""From a mood to a radio in the real page: it goes on by itself, says why each song comes, and takes "not this"."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import urllib3
from playwright.sync_api import Locator, Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.page import PLAYED, mood_chip, wait_until
from tests.e2e.songs import send, tone

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(240)]

HAPPY = [f"Happy {number}" for number in range(1, 13)]


@pytest.fixture
def page(watched_page: Page) -> Page:
    return watched_page


@pytest.fixture
def service(settings: Settings, serve: Callable[..., Service]) -> Service:
    """A service that keeps histories, with twelve happy songs and a sad one."""
    started = serve(settings.model_copy(update={"history": True}))
    body = tone(20)
    for title in HAPPY:
        send(started, body, f"{title}.wav", title=title, mood="happy")
    send(started, body, "Sad.wav", title="Sad", mood="sad")
    return started


@pytest.fixture
def orders(page: Page) -> list[Any]:
    """What the page asks its radio for."""
    seen: list[Any] = []
    page.on("request", lambda one: seen.append(json.loads(one.post_data or "")) if "/v1/radio" in one.url else None)
    return seen


def player(page: Page) -> Locator:
    return page.get_by_role("region", name="Player")


def title(page: Page) -> str:
    return player(page).locator(".player-title").inner_text()


def to_next(page: Page, heard: list[str]) -> None:
    """Go to the next song, and note it."""
    player(page).get_by_role("button", name="Next song").click()
    expect(player(page).locator(".player-title")).not_to_have_text(heard[-1])
    heard.append(title(page))


def start(page: Page, service: Service, mood: str = "Happy") -> None:
    page.goto(service.url)
    mood_chip(page, mood).click()
    page.get_by_role("button", name="Start radio").click()
    expect(player(page).get_by_role("button", name="Pause")).to_be_visible()


def test_a_radio_of_a_mood_goes_on_past_its_first_songs(page: Page, service: Service, orders: list[Any]) -> None:
    """Each comes with its reason, none comes twice as long as there are others, and none is of another mood."""
    start(page, service)
    heard = [title(page)]

    for _ in HAPPY[1:]:
        expect(player(page).get_by_role("region", name="Radio")).to_contain_text("New to you")
        to_next(page, heard)

    assert sorted(heard) == sorted(HAPPY)
    assert orders[0] | {"mood": "happy", "strict": True, "played": [], "refused": []} == orders[0]
    assert len(orders) >= 3
    # By now all of them have come: those come again that were heard the longest ago.
    to_next(page, heard)
    assert heard[-1] in HAPPY


def test_not_this_is_skipped_and_told_to_the_service(page: Page, service: Service, orders: list[Any]) -> None:
    """For the song that is playing, and for one that has yet to play."""
    start(page, service)
    first = title(page)
    player(page).get_by_role("button", name=f"Not this: {first}").click()
    expect(player(page).locator(".player-title")).not_to_have_text(first)

    player(page).get_by_role("button", name="Queue").click()
    upcoming = player(page).get_by_role("region", name="Queue").get_by_role("listitem")
    expect(upcoming.first).to_contain_text("New to you")
    label = upcoming.first.get_by_role("button", name="Not this").get_attribute("aria-label") or ""
    upcoming.first.get_by_role("button", name="Not this").click()
    expect(player(page).get_by_role("button", name=label, exact=True)).to_have_count(0)

    for _ in range(8):
        player(page).get_by_role("button", name="Next song").click()
    wait_until(lambda: bool(orders and len(orders[-1]["refused"]) == 2))
    assert not set(orders[-1]["refused"]) & {row["file"]["file_id"] for row in radio(service, orders[-1])}


def radio(service: Service, order: Any) -> list[Any]:
    rows: list[Any] = urllib3.request("POST", f"{service.url}/v1/radio", json=order).json()["recommendations"]
    return rows


def test_a_service_that_is_away_is_told_of_and_asked_again(page: Page, service: Service, orders: list[Any]) -> None:
    """The queue is asked for again with the next song, and never ends without a word."""
    start(page, service)
    wait_until(lambda: len(orders) == 2)
    heard = [title(page)]
    page.route("**/v1/radio", lambda route: route.abort())
    for _ in range(6):
        to_next(page, heard)
    expect(page.get_by_text("The radio couldn't get more songs.")).to_be_visible()
    page.unroute("**/v1/radio")

    for _ in range(5):
        to_next(page, heard)

    assert len(set(heard)) == 12


def test_the_history_says_what_led_to_each_song(page: Page, service: Service) -> None:
    start(page, service)
    listen(page)
    player(page).get_by_role("button", name="Close player").click()
    page.get_by_role("button", name="Play Happy 3", exact=True).click()
    listen(page)
    mood_chip(page, "All").click()
    page.get_by_role("button", name="Add Sad to the queue").click()
    player(page).get_by_role("button", name="Next song").wait_for()
    player(page).get_by_role("button", name="Queue").click()
    player(page).get_by_role("button", name="Play Sad now").click()
    listen(page)
    linked = file_id(service, "Happy 5")
    page.goto(f"{service.url}/files/{linked}")
    page.get_by_role("dialog").get_by_role("button", name="Play", exact=True).click()
    listen(page)
    page.get_by_role("button", name="Play Happy 7", exact=True).click()
    listen(page)
    player(page).get_by_role("button", name="Close player").click()

    wait_until(lambda: len(history(service)) == 5)
    led = [(row["source"], row["mood"]) for row in reversed(history(service))]
    assert led == [("recommended", "happy"), ("mood", "happy"), ("queue", None), ("link", None), ("library", None)]


def listen(page: Page) -> None:
    """Longer than a press by mistake."""
    expect(player(page).get_by_role("button", name="Pause")).to_be_visible()
    wait_until(lambda: 1.5 < page.evaluate(PLAYED))


def history(service: Service) -> list[Any]:
    listens: list[Any] = urllib3.request("GET", f"{service.url}/v1/history").json()["listens"]
    return listens


def file_id(service: Service, title: str) -> str:
    files = urllib3.request("GET", f"{service.url}/v1/files?limit=50").json()["files"]
    return str(next(one["file_id"] for one in files if one["title"] == title))
