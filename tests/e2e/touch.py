"""Fingers on a page, as the browser's debugger sends them: Playwright itself can only tap."""

from playwright.sync_api import Locator, Page

PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
STEPS = 10


class Finger:
    """One finger. It goes down at a point, moves in small steps, and is lifted."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._at = (0.0, 0.0)

    def press(self, on: Locator) -> None:
        """Put it down in the middle of an element."""
        on.scroll_into_view_if_needed()
        box = on.bounding_box()
        assert box
        self._at = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self._send("touchStart", self._at)

    def move(self, dx: float, dy: float = 0) -> None:
        x, y = self._at
        for step in range(1, STEPS + 1):
            self._at = (x + dx * step / STEPS, y + dy * step / STEPS)
            self._send("touchMove", self._at)

    def lift(self) -> None:
        self._send("touchEnd")

    def _send(self, kind: str, *points: tuple[float, float]) -> None:
        touch_points = [{"x": x, "y": y} for x, y in points]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touch_points})
