"""Files dragged in from outside of the browser, as the system's own file manager hands them over."""

from pathlib import Path

from playwright.sync_api import Locator, Page


def drag(page: Page, onto: Locator, *paths: Path, drop: bool = True) -> None:
    """Hold these files or folders over the middle of it, and let go of them."""
    place = onto.bounding_box()
    assert place
    point = {"x": place["x"] + place["width"] / 2, "y": place["y"] + place["height"] / 2}
    held = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    hand = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", *(["drop"] if drop else [])):
        hand.send("Input.dispatchDragEvent", {"type": kind, "data": held, **point})
    hand.detach()
