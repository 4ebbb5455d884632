"""The page's languages, and what must hold of a view in each of them."""

import re
from typing import NamedTuple

from playwright.sync_api import Page, expect

from tests.e2e.admin_views import LONG, PEOPLE
from tests.e2e.axe import violations
from tests.e2e.imported_people import ADMIN
from tests.e2e.songs import SONGS
from tests.e2e.wide import TOO_WIDE


class Words(NamedTuple):
    """The page's words in one language."""

    heading: str
    add: str
    upload: str
    play: str
    size: str


# The last one is Arabic: see is_in_every_language.
LANGUAGES = {
    "de": Words("Bibliothek", "Dateien hinzufügen", "1 Datei hochladen", "Neues Lied abspielen", "5 GB"),
    "es": Words("Tu biblioteca", "Añadir archivos", "Subir 1 archivo", "Reproducir Neues Lied", "5 GB"),
    "fr": Words("Ta bibliothèque", "Ajouter des fichiers", "Envoyer 1 fichier", "Écouter Neues Lied", "5 Go"),
    "ar": Words("مكتبتك", "أضف ملفات", "ارفع ملف واحد", "شغّل \u2068Neues Lied\u2069", "5 غ.ب"),
}
# Visible text, and text for screen readers only.
READ = """() => {
  const named = ['aria-label', 'title', 'placeholder', 'alt', 'aria-valuetext'];
  const heard = [...document.querySelectorAll('body *')].filter((one) => !one.closest('select, output'))
    .flatMap((one) => named.map((name) => one.getAttribute(name)).filter(Boolean));
  const options = [...document.querySelectorAll('option')].map((one) => one.textContent);
  document.querySelector('output').textContent = '';  // what was said before, in English
  const codes = [...document.querySelectorAll('.account-code')].map((one) => one.innerText);
  const left = (line) => ![...options, ...codes].includes(line);
  return [...document.body.innerText.split('\\n').filter(left), ...heard];
}"""


# Use the chooser directly, because a dialog may cover it.
# As if it were chosen in another tab: whatever view is open stays open.
CHOOSE = """(language) => {
  localStorage.setItem('moodrop.language', language);
  dispatchEvent(new StorageEvent('storage', { key: 'moodrop.language' }));
}"""
ENGLISH = re.compile("[A-Za-z]{2,}")
ID = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{26}\b")
NAMES = sorted(
    {
        "Moodrop",
        *("PDF", "PNG", "JPEG", "GIF", "WebP", "AVIF", "HEIC", "HEIF", "PIN", "localhost"),
        # Keys, and the names of languages, each in its own.
        *("Ctrl", "Esc", "English", "Deutsch", "Español", "Français"),
        "zzz",
        "Evening Sea",
        "Harbour",
        "Waves",
        "audio/wav",
        "BadDigest",
        "The digest does not match.",
        "notes.zip",
        "broken",
        *(ADMIN, *PEOPLE, "Root", "Bob", LONG.partition("@")[0].title()),
        *("Ada", "ada@example.com", "nobody", "@example.com", "Chrome", "Linux", "moodrop on laptop"),
        "morning",
        "Slow Water",
    }
    | {"Neues Lied", "Night Talk", "Concert", "Farewell", "concert.wav", ".wav"}
    | {text for title, artist, _ in SONGS for text in (title, artist)},
    key=len,
    reverse=True,
)


def is_in_every_language(page: Page) -> None:
    """Fail unless it fits: German words are long, and Arabic is mirrored, in which English letters stand out."""
    for language in LANGUAGES:
        choose_language(page, language)
        for width in (1280, 820, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(TOO_WIDE) == [], f"{language}, {width} px"

    # Arabic is the last.
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert [text for text in page.evaluate(READ) if ENGLISH.search(_without_names(text))] == []
    for width in (1280, 390):
        # So tall that no row lies half under the player, where a button counts as too small.
        page.set_viewport_size({"width": width, "height": 2400})
        assert violations(page) == [], f"{width} px"


def choose_language(page: Page, language: str) -> None:
    """Show the page in it, whatever is open."""
    page.evaluate(CHOOSE, language)
    expect(page.locator("html")).to_have_attribute("lang", language)


def _without_names(text: str) -> str:
    """Return the text without what the page does not translate."""
    for name in NAMES:
        text = text.replace(name, "")
    return ID.sub("", text)
