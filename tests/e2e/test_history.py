"""What is played in the real page shows up in one's history, and can be gone on with."""

from collections.abc import Callable
from typing import Any

import pytest
import urllib3
from playwright.sync_api import Locator, Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.songs import send, tone
from tests.helpers.worker import wait_until

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(240)]


def history_of(service: Service) -> list[Any]:
    listens: list[Any] = urllib3.request("GET", f"{service.url}/v1/history").json()["listens"]
    return listens


def play(page: Page, title: str) -> Locator:
    """Press its button; return the player, once it plays."""
    page.get_by_role("button", name=f"Play {title}").click()
    player = page.get_by_role("region", name="Player")
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    return player


def test_a_song_that_was_played_is_in_the_history(
    page: Page, settings: Settings, serve: Callable[..., Service]
) -> None:
    """Also if the page was closed while it played: the report leaves with the page."""
    service = serve(settings.model_copy(update={"history": True}))
    send(service, tone(30), "Slow Water.wav", title="Slow Water", mood="happy")
    page.goto(service.url)
    play(page, "Slow Water")
    page.wait_for_timeout(2500)

    page.goto("about:blank")

    wait_until(lambda: history_of(service))
    [listen] = history_of(service)
    assert (listen["file"]["title"], 1 < listen["listened_seconds"] < 30) == ("Slow Water", True)
    page.goto(service.url)
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("button", name="Play Slow Water")).to_be_visible()
    page.get_by_label("Keep my history").uncheck()
    expect(page.get_by_text("It is off")).to_be_visible()
    page.get_by_role("button", name="Remove Slow Water from your history").click()
    expect(page.get_by_text("Nothing yet.")).to_be_visible()
