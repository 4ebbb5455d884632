"""The dialog that reads a mood from a face, and the faces of the tests."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.fake_camera import Cut

FACES = {
    "happy": Cut("sample6.jpg", 540, 250, 520, 390),
    "sad": Cut("sample2.jpg", 1280, 60, 520, 390),
    "neutral": Cut("sample6.jpg", 944, 271, 592, 444),
}
# Reading and compiling the model takes time on busy machines.
LONG_TIMEOUT_MS = 30_000


def open_dialog(page: Page) -> Locator:
    page.get_by_role("button", name="Mood from your face").click()
    return page.get_by_role("dialog", name="Mood from your face")


def expect_status(dialog: Locator, words: str) -> None:
    expect(dialog.get_by_role("status")).to_contain_text(words, timeout=LONG_TIMEOUT_MS)
