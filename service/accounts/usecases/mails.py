"""Puts mails into the outbox, in the same request; `send_mails.py` sends them."""

import logging
from datetime import datetime, timedelta
from typing import Literal

from service.accounts.mail_texts import TemplateName
from service.accounts.model import Code, Mail
from service.accounts.ports import Ports

log = logging.getLogger(__name__)

# How long the page of mails shows one, and how long a notice may wait for the server.
_RETENTION = timedelta(days=1)
# For an address without an account: as much work as a mail, and none is sent.
NO_TEMPLATE: Literal["none"] = "none"
MAIL_PAGE = "/dev/mail"


def queue_code_mail(ports: Ports, code: Code, template: TemplateName | Literal["none"]) -> None:
    """Queue the mail with this code and its link. Both are derived when the mail is sent: the outbox holds neither."""
    language = ports.accounts.policy.language_of(code.language)
    _queue(ports, code.email, template, language, {}, code.expires_at, code=code)


def queue_notice(ports: Ports, to: str, template: TemplateName, language: str | None, values: dict[str, str]) -> None:
    """Queue a mail without a code: `reuse`, `left`, or `notice`, whose `what` is a name in [what] of mails/en.toml."""
    expires_at = ports.now() + _RETENTION
    _queue(ports, to, template, ports.accounts.policy.language_of(language), values, expires_at)


def _queue(
    ports: Ports,
    to: str,
    template: str,
    language: str,
    values: dict[str, str],
    expires_at: datetime,
    code: Code | None = None,
) -> None:
    now, keeps = ports.now(), ports.accounts.policy.keeps_mail
    ports.accounts.outbox.add(
        Mail(
            ports.new_id(),
            to=to,
            template=template,
            language=language,
            values=values,
            state="kept" if keeps else "due",
            not_before=now,
            created_at=now,
            expires_at=now + _RETENTION if keeps else expires_at,
            code_id=code.code_id if code else None,
            issue=code.issue if code else None,
        )
    )
    if not keeps:
        ports.accounts.mail_queued.set()
    elif template != NO_TEMPLATE:
        log.info("a mail (%s) is shown at %s%s", template, ports.accounts.policy.page_url, MAIL_PAGE)


def list_shown_mails(ports: Ports) -> list[Mail]:
    """Return the mails that the page of mails shows, newest first."""
    return [mail for mail in ports.accounts.outbox.find(state="kept") if mail.template != NO_TEMPLATE]
