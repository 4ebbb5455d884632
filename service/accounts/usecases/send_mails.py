"""Sends what is in the outbox. Every worker does; a mail is leased by one conditional update, so one worker sends it.

A worker that is killed between sending and removing leaves a mail whose lease runs out: it is sent a second time, and
never lost.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from service.accounts.mail_texts import Contents, MailText, write_mail
from service.accounts.model import Mail
from service.accounts.ports import Ports
from service.accounts.ports.mailer import MailDelayed, MailRefused, Message
from service.accounts.usecases.audit import note
from service.accounts.usecases.codes import code_of_mail, link_token_of_mail
from service.accounts.usecases.mails import NO_TEMPLATE
from service.accounts.usecases.users import user_of_email
from service.shared.errors import MoodropError
from service.shared.ports.collection import Add, NotAfter

log = logging.getLogger(__name__)

# Longer than a mailer takes for one mail.
LEASE = timedelta(seconds=60)
# After each try that the server delayed; the last one repeats while the mail lives.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
PAGE = 100


def send_due_mails(ports: Ports, may_go_on: Callable[[], bool] = lambda: True) -> int:
    """Send every mail that is due, the newest first. Returns how many were sent. Raises DatabaseUnavailable."""
    sent = 0
    while due := ports.accounts.outbox.find(state="due", not_before=NotAfter(ports.now()), limit=PAGE):
        for mail in due:
            if not may_go_on():
                return sent
            leased = _lease(ports, mail)
            sent += leased is not None and _send(ports, leased)
    return sent


def text_of(ports: Ports, mail: Mail) -> MailText:
    """Return the mail as it is read, with the code and the link that the outbox does not hold."""
    policy, has_code = ports.accounts.policy, mail.code_id is not None
    return write_mail(
        Contents(
            template=mail.template,
            language=mail.language,
            page_url=policy.page_url,
            values=mail.values,
            code=code_of_mail(ports, mail) if has_code else "",
            token=link_token_of_mail(ports, mail) if has_code else "",
            minutes=int(policy.code_lifetime.total_seconds() // 60),
        )
    )


def _lease(ports: Ports, mail: Mail) -> Mail | None:
    """Return the mail for this worker alone to send, or None if another worker was first."""
    expected = {"state": "due", "not_before": mail.not_before}
    changes = {"not_before": ports.now() + LEASE, "tries": Add(1)}
    return ports.accounts.outbox.change(mail.mail_id, expected, changes)


def _send(ports: Ports, mail: Mail) -> bool:
    if mail.template == NO_TEMPLATE or not _is_alive(ports, mail):
        ports.accounts.outbox.remove(mail.mail_id)
        return False
    try:
        text = text_of(ports, mail)
        ports.accounts.mailer.send(Message(mail.mail_id, mail.to, text.subject, text.text, text.html))
    except MailDelayed as why:
        _postpone(ports, mail, why)
    except MailRefused as why:
        _give_up(ports, mail, why)
    except MoodropError:
        raise
    except Exception:
        # One mail must not hold up the others. It is tried again when its lease runs out.
        log.exception("defect in sending a mail (%s)", mail.template)
    else:
        ports.accounts.outbox.remove(mail.mail_id)
        return True
    return False


def _is_alive(ports: Ports, mail: Mail) -> bool:
    """Return whether the mail is still of use: a code may be over, used, or replaced by that of a later mail."""
    if mail.expires_at <= ports.now():
        return False
    if mail.code_id is None:
        return True
    code = ports.accounts.codes.get(mail.code_id)
    return code is not None and code.issue == mail.issue and code.used_at is None


def _postpone(ports: Ports, mail: Mail, why: MailDelayed) -> None:
    pause = PAUSES[min(mail.tries, len(PAUSES)) - 1]
    log.warning("a mail (%s) waits: %s; again in %s min", mail.template, why, pause // timedelta(minutes=1))
    expected = {"state": "due", "not_before": mail.not_before}
    ports.accounts.outbox.change(mail.mail_id, expected, {"not_before": ports.now() + pause})


def _give_up(ports: Ports, mail: Mail, why: MailRefused) -> None:
    log.warning("a mail (%s) is given up: %s", mail.template, why)
    # First the state: it is not tried again even if this worker is killed here. The database removes it later.
    ports.accounts.outbox.change(mail.mail_id, {"state": "due"}, {"state": "failed"})
    if user_id := _user_id_of(ports, mail):
        note(ports, user_id, "mail_refused", detail=mail.template)
    ports.accounts.outbox.remove(mail.mail_id)


def _user_id_of(ports: Ports, mail: Mail) -> str | None:
    code = ports.accounts.codes.get(mail.code_id) if mail.code_id else None
    if code and code.user_id:  # a new address is no user's yet
        return code.user_id
    user = user_of_email(ports, mail.to)
    return user.user_id if user else None
