"""Writes mails: the words come from mails/<language>.toml, the frame from mails/frame.html.

Nothing here knows the time, the database or a mail server. What a mail shows beside its words is in SHOWS.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parent / "mails"
RIGHT_TO_LEFT = ("ar",)
TemplateName = Literal[
    "verify",
    "already_registered",
    "sign_in_code",
    "reset",
    "email_change",
    "recent_code",
    "notice",
    "reuse",
    "left",
]
TEMPLATES: tuple[TemplateName, ...] = get_args(TemplateName)
# What a notice says if its own words are missing.
OTHER = "other"
_CODE_STYLE = ' style="font: bold 2em/1.5 ui-monospace, monospace; letter-spacing: 0.15em"'


@dataclass(frozen=True, slots=True)
class Shown:
    """What a mail shows beside its words. A token is in the fragment of a link, which browsers send to no server."""

    code: bool = False
    links: tuple[str, ...] = ()  # paths, one for each label of the template


SHOWS: Mapping[str, Shown] = {
    "verify": Shown(code=True, links=("/verify#{token}",)),
    # Its code would verify nothing, so it shows none.
    "already_registered": Shown(links=("/sign-in", "/forgot")),
    "sign_in_code": Shown(code=True, links=("/sign-in#token={token}",)),
    "reset": Shown(code=True, links=("/reset#{token}",)),
    "email_change": Shown(code=True),
    "recent_code": Shown(code=True),
    "notice": Shown(links=("/account", "/forgot")),
    "reuse": Shown(links=("/account",)),
    "left": Shown(),
}


class MailTemplate(BaseModel):
    """The words of one mail in one language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: str
    lines: tuple[str, ...]
    links: tuple[str, ...]  # the label of each link
    below: tuple[str, ...]


class Frame(BaseModel):
    """The words around every mail."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code_lasts: str
    automatic: str


@dataclass(frozen=True, slots=True)
class Language:
    """All words of one language."""

    frame: Frame
    templates: Mapping[str, MailTemplate]
    what: Mapping[str, str]  # the sentences of notices


@dataclass(frozen=True, slots=True)
class Contents:
    """What differs from mail to mail."""

    template: str
    language: str
    page_url: str  # of the links, without a trailing slash
    values: Mapping[str, str]
    code: str = ""
    token: str = ""  # of the link
    minutes: int = 0  # that the code is valid


@dataclass(frozen=True, slots=True)
class MailText:
    """A mail that is written."""

    subject: str
    lines: tuple[str, ...]
    code: str  # "" if it shows none
    links: tuple[tuple[str, str], ...]  # label and address
    below: tuple[str, ...]
    automatic: str
    language: str

    @property
    def text(self) -> str:
        """Return the mail as plain text."""
        code = (f"    {self.code}",) if self.code else ()
        links = (f"{label}:\n{address}" for label, address in self.links)
        return "\n\n".join((*self.lines, *code, *links, *self.below, f"-- \n{self.automatic}")) + "\n"

    @property
    def html(self) -> str:
        """Return the mail as a page."""
        return _frame().substitute(
            language=escape(self.language),
            direction=self.direction,
            subject=escape(self.subject),
            body=self.body(_CODE_STYLE),
            automatic=escape(self.automatic),
        )

    def body(self, code_style: str = "") -> str:
        """Return what stands between the subject and the end, as HTML. Mail programs alone allow a style in it."""
        code = [f'<p dir="ltr"{code_style}>{escape(self.code)}</p>'] if self.code else []
        links = [f'<p><a href="{escape(address)}">{escape(label)}</a></p>' for label, address in self.links]
        return "\n".join((*_paragraphs(self.lines), *code, *links, *_paragraphs(self.below)))

    @property
    def direction(self) -> str:
        """Return the direction of the script, as HTML names it."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"


def write_mail(contents: Contents) -> MailText:
    """Return the mail in its language. Raises KeyError for a template that there is none of."""
    language = words_of(contents.language)
    template, shown = language.templates[contents.template], SHOWS[contents.template]
    what = language.what.get(contents.values.get("what", OTHER), language.what[OTHER])
    what = what.format(provider=contents.values.get("provider", ""))
    paths = (path.format(token=contents.token) for path in shown.links)
    lasts = (language.frame.code_lasts.format(minutes=contents.minutes),) if shown.code else ()
    return MailText(
        subject=template.subject,
        lines=tuple(line.format(what=what) for line in template.lines),
        code=contents.code if shown.code else "",
        links=tuple(zip(template.links, (f"{contents.page_url}{path}" for path in paths), strict=True)),
        below=(*lasts, *template.below),
        automatic=language.frame.automatic.format(page=contents.page_url),
        language=contents.language,
    )


@cache
def words_of(language: str) -> Language:
    """Return the words of a language. Raises FileNotFoundError if there are none."""
    tables = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    frame, what = Frame(**tables.pop("frame")), tables.pop("what")
    return Language(frame, {name: MailTemplate(**table) for name, table in tables.items()}, what)


@cache
def _frame() -> Template:
    return Template((FOLDER / "frame.html").read_text(encoding="utf-8"))


def _paragraphs(lines: Sequence[str]) -> list[str]:
    return [f"<p>{escape(line)}</p>" for line in lines]
