"""Mailed codes: issues one, counts each try before it is compared, and uses it up once.

Every step is one conditional update, so of any number of requests at once five compare and one succeeds.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from service.accounts.emails import clean_email
from service.accounts.errors import CodeInvalid
from service.accounts.model import Code, Mail, Purpose
from service.accounts.ports import Ports
from service.accounts.secrets import code_id_of, code_of, link_token_of, matches_any, verification_token_of
from service.shared.errors import RateLimited
from service.shared.ports.collection import Add, After, AtMost, Taken

MOST_TRIES = 5
BETWEEN_MAILS = timedelta(seconds=60)
HOUR = timedelta(hours=1)
MOST_AN_HOUR = 5
# As long as tries and mails are counted.
RETENTION = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a code keeps for the moment when it is used."""

    user_id: str | None = None
    guest_id: str | None = None
    name: str | None = None
    language: str | None = None
    password_hash: str | None = None


def issue_code(ports: Ports, purpose: Purpose, email: str, carried: Carried) -> Code:
    """Return a new code for the address; the one before it is no longer valid. Tries go on counting within the hour.

    Raises RateLimited within a minute of the last one, and after five in an hour.
    """
    code_id = code_id_of(_keys(ports)[0], purpose, email)
    stored = ports.accounts.codes.get(code_id)
    if stored is None:
        return _first_code(ports, code_id, purpose, email, carried)
    now = ports.now()
    is_new_hour = now - stored.sent_hour >= HOUR
    _require_pause(stored, now, is_new_hour=is_new_hour)
    changes: dict[str, object] = {
        **asdict(carried),
        **_lifetime(ports, now),
        "issue": stored.issue + 1,
        "sent_at": now,
        "used_at": None,
        "sent": 1 if is_new_hour else stored.sent + 1,
    }
    if is_new_hour:
        changes |= {"sent_hour": now, "tries": 0}
    code = ports.accounts.codes.change(code_id, {"issue": stored.issue}, changes)
    if code is None:  # another request was first, and its mail is on its way
        raise _limited(BETWEEN_MAILS)
    return code


def take_proof(ports: Ports, purpose: Purpose, email: str | None, guess: str | None, token: str | None) -> Code:
    """Return the code that is proven by its link's token, or else by the guess for the address.

    Raises CodeInvalid, EmailInvalid. Does not use the code up.
    """
    if token:
        return take_link(ports, purpose, token)
    return take_code(ports, purpose, clean_email(email or ""), guess or "")


def take_code(ports: Ports, purpose: Purpose, email: str, guess: str) -> Code:
    """Return the code that the guess matches, after counting the try. Raises CodeInvalid. Does not use the code up."""
    for key in _keys(ports):
        code_id = code_id_of(key, purpose, email)
        code = ports.accounts.codes.change(
            code_id,
            {"used_at": None, "tries": AtMost(MOST_TRIES - 1), "expires_at": After(ports.now())},
            {"tries": Add(1)},
        )
        if code and matches_any(guess, (code_of(each, code_id, code.issue) for each in _keys(ports))):
            return code
    raise CodeInvalid


def take_link(ports: Ports, purpose: Purpose, token: str) -> Code:
    """Return the code whose link has this token. A link needs no try: who burns the tries locks nobody out."""
    code_id = token.partition(".")[0]
    code = ports.accounts.codes.get(code_id)
    is_alive = code and code.purpose == purpose and code.used_at is None and code.expires_at > ports.now()
    if not code or not is_alive:
        raise CodeInvalid
    if not matches_any(token, (link_token_of(key, code_id, code.issue) for key in _keys(ports))):
        raise CodeInvalid
    return code


def use_up(ports: Ports, code: Code) -> None:
    """Use the code up, together with its link. Raises CodeInvalid if another request did, or a newer one was mailed."""
    now = ports.now()
    expected = {"issue": code.issue, "used_at": None, "expires_at": After(now)}
    if ports.accounts.codes.change(code.code_id, expected, {"used_at": now}) is None:
        raise CodeInvalid


def code_of_mail(ports: Ports, mail: Mail) -> str:
    """Return the digits that the mail shows."""
    return code_of(_keys(ports)[0], mail.code_id or "", mail.issue or 0)


def link_token_of_mail(ports: Ports, mail: Mail) -> str:
    """Return the token of the link that the mail shows."""
    return link_token_of(_keys(ports)[0], mail.code_id or "", mail.issue or 0)


def verification_token(ports: Ports, code: Code) -> str:
    """Return what shows that a browser asked for this very code."""
    return verification_token_of(_keys(ports)[0], code.code_id, code.issue)


def is_verification_token(ports: Ports, code: Code, token: str) -> bool:
    """Return whether the token was given to whoever asked for this code."""
    return matches_any(token, (verification_token_of(key, code.code_id, code.issue) for key in _keys(ports)))


def _first_code(ports: Ports, code_id: str, purpose: Purpose, email: str, carried: Carried) -> Code:
    now = ports.now()
    lifetime = _lifetime(ports, now)
    code = Code(
        code_id,
        purpose,
        email,
        issue=1,
        tries=0,
        sent_at=now,
        sent_hour=now,
        sent=1,
        expires_at=lifetime["expires_at"],
        purge_at=lifetime["purge_at"],
        **asdict(carried),
    )
    try:
        ports.accounts.codes.add(code)
    except Taken as error:
        raise _limited(BETWEEN_MAILS) from error
    return code


def _require_pause(stored: Code, now: datetime, *, is_new_hour: bool) -> None:
    if now - stored.sent_at < BETWEEN_MAILS:
        raise _limited(stored.sent_at + BETWEEN_MAILS - now)
    if not is_new_hour and stored.sent >= MOST_AN_HOUR:
        raise _limited(stored.sent_hour + HOUR - now)


def _limited(wait: timedelta) -> RateLimited:
    return RateLimited("a code was sent a moment ago", retry_after=max(1, -int(-wait.total_seconds() // 1)))


def _lifetime(ports: Ports, now: datetime) -> dict[str, datetime]:
    lasts = ports.accounts.policy.code_lifetime
    return {"expires_at": now + lasts, "purge_at": now + max(lasts, RETENTION)}


def _keys(ports: Ports) -> tuple[str, ...]:
    return ports.keyring.derive("codes")
