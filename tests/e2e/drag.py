"""Drags files into the browser from outside, as from the system's file manager."""

from pathlib import Path

from playwright.sync_api import Locator, Page


def drag(page: Page, onto: Locator, *paths: Path, drop: bool = True) -> None:
    """Drag files or folders over the middle of an element, and drop them there."""
    place = onto.bounding_box()
    assert place
    point = {"x": place["x"] + place["width"] / 2, "y": place["y"] + place["height"] / 2}
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    hand = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", *(["drop"] if drop else [])):
        hand.send("Input.dispatchDragEvent", {"type": kind, "data": data, **point})
    hand.detach()
