"""Ctrl K: songs and what the page can do, at one field."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.page import wait_until
from tests.e2e.songs import send, tone

pytestmark = [pytest.mark.real, pytest.mark.browser]

PALETTE = "**/assets/home-palette*.js"


@pytest.fixture
def page(watched_page: Page) -> Page:
    return watched_page


@pytest.fixture
def service(settings: Settings, serve: Callable[..., Service]) -> Service:
    started = serve(settings)
    send(started, tone(20), "Low Tide.wav", title="Low Tide")
    return started


def open_while_it_loads(page: Page, service: Service) -> list[Route]:
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route(PALETTE, hold)
    page.goto(service.url)
    page.get_by_role("button", name="Play Low Tide").click()
    expect(page.get_by_role("button", name="Mute")).to_be_visible()
    page.keyboard.press("Control+k")
    wait_until(lambda: page.wait_for_timeout(20) is None and len(waiting) == 1)
    return waiting


def test_what_is_typed_while_it_loads_is_not_lost(page: Page, service: Service) -> None:
    """And is no shortcut: M alone mutes the player."""
    waiting = open_while_it_loads(page, service)
    page.keyboard.type("mx")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.type("low")
    waiting[0].continue_()

    expect(page.get_by_role("combobox", name="Search and commands")).to_have_value("low")
    expect(page.get_by_role("option", name="Low Tide")).to_be_visible()
    page.keyboard.type(" t")
    expect(page.get_by_role("combobox", name="Search and commands")).to_have_value("low t")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Mute")).to_be_visible()
    page.keyboard.press("m")
    expect(page.get_by_role("button", name="Unmute")).to_be_visible()


def test_if_it_cannot_load_the_keys_are_the_pages_again(page: Page, service: Service) -> None:
    waiting = open_while_it_loads(page, service)
    # What was held may only be the preload, after which the browser asks once more.
    page.route(PALETTE, lambda route: route.abort())
    waiting[0].abort()
    expect(page.get_by_role("alert")).to_be_visible()

    page.keyboard.press("m")

    expect(page.get_by_role("button", name="Unmute")).to_be_visible()
