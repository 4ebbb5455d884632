"""The words of mails: every language has all of them, and what a mail shows is escaped."""

from dataclasses import replace
from html.parser import HTMLParser
from string import Formatter

import pytest

from service.accounts.mail_texts import FOLDER, OTHER, SHOWS, TEMPLATES, Contents, words_of, write_mail
from service.accounts.policy import AccountPolicy

LANGUAGES = AccountPolicy().languages
PAGE = "https://moodrop.example"
CONTENTS = Contents("verify", "en", PAGE, {}, code="012345", token="id.mac", minutes=10)
LINKS = {
    "verify": [f"{PAGE}/verify#id.mac"],
    "already_registered": [f"{PAGE}/sign-in", f"{PAGE}/forgot"],
    "sign_in_code": [f"{PAGE}/sign-in#token=id.mac"],
    "reset": [f"{PAGE}/reset#id.mac"],
    "email_change": [],
    "recent_code": [],
    "notice": [f"{PAGE}/account", f"{PAGE}/forgot"],
    "reuse": [f"{PAGE}/account"],
    "left": [],
}
WITH_CODE = {"verify", "sign_in_code", "reset", "email_change", "recent_code"}
EVERY_MAIL = [(language, template) for language in LANGUAGES for template in LINKS]


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_there_is_a_file_for_each_language() -> None:
    """And no other."""
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(LANGUAGES)
    assert set(SHOWS) == set(LINKS) == set(TEMPLATES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_mail_and_every_notice(language: str) -> None:
    """With the same links and the same places for what differs as English."""
    words, english = words_of(language), words_of("en")

    assert set(words.templates) == set(SHOWS)
    assert set(words.what) == set(english.what) >= {OTHER}
    for name, sentence in words.what.items():
        assert placeholders(sentence) == placeholders(english.what[name]), name
    assert placeholders(words.frame.code_lasts) == {"minutes"}
    assert placeholders(words.frame.automatic) == {"page"}
    for name, template in words.templates.items():
        assert template.subject, name
        assert len(template.links) == len(SHOWS[name].links), name
        assert [placeholders(line) for line in template.lines] == [{"what"}] if name == "notice" else template.lines


@pytest.mark.parametrize(("language", "template"), EVERY_MAIL)
def test_every_mail_shows_its_code_and_its_links(language: str, template: str) -> None:
    """In both forms, and no code that would be worth nothing."""
    mail = write_mail(replace(CONTENTS, language=language, template=template))

    for form in (mail.text, mail.html):
        assert ("012345" in form) == (template in WITH_CODE)
        assert [link for link in LINKS[template] if link in form] == LINKS[template]
        assert form.count("id.mac") == len([link for link in LINKS[template] if "id.mac" in link])
        assert "{" not in form.replace("{what}", "")
    assert "\n" not in mail.subject


def test_no_notice_is_empty() -> None:
    """One without words of its own says that something was changed."""
    known = write_mail(replace(CONTENTS, template="notice", values={"what": "password_changed"}))
    unknown = write_mail(replace(CONTENTS, template="notice", values={"what": "no such thing"}))

    assert known.lines == ("The password of your account was changed.",)
    linked = write_mail(
        replace(CONTENTS, template="notice", values={"what": "identity_linked", "provider": "Git{Hub}"})
    )
    assert linked.lines == ("Another way to sign in was added to your account: Git{Hub}.",)
    assert unknown.lines == ("The settings of your account were changed.",)


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_arabic_runs_from_right_to_left(language: str, direction: str) -> None:
    """But the digits of the code do not."""
    html = write_mail(replace(CONTENTS, language=language)).html

    assert f'<html lang="{language}" dir="{direction}">' in html
    assert '<p dir="ltr"' in html


def test_what_differs_is_escaped() -> None:
    """Whatever stands in an address, a code or a line, the HTML has no other elements."""
    evil = '"><script>alert(1)</script>&'
    seen: set[str] = set()

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            seen.add(tag)

    mail = write_mail(replace(CONTENTS, page_url=evil, code=evil, token=evil))
    Tags().feed(replace(mail, subject=evil, lines=(evil,), below=(evil,), links=((evil, evil),)).html)

    assert seen == {"html", "head", "meta", "title", "body", "h1", "p", "a"}
