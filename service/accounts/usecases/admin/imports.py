"""Imports the users of another service, with their password hashes."""

from dataclasses import dataclass
from typing import Literal

from service.accounts.emails import clean_email
from service.accounts.errors import EmailTaken
from service.accounts.model import User
from service.accounts.password_rules import weakness_of_hash
from service.accounts.ports import Ports
from service.accounts.usecases.audit import note
from service.accounts.usecases.users import user_of_email
from service.shared.errors import FieldError, ValidationFailed
from service.shared.ports.collection import Taken


@dataclass(frozen=True, slots=True)
class ImportedUser:
    """A user of another service, whose address that service has verified."""

    email: str
    password_hash: str | None = None  # None: they set a password by a mailed code
    name: str | None = None
    owner: str | None = None  # of the files that are there already; None: a new id


def import_user(ports: Ports, asked: ImportedUser) -> Literal["imported", "unchanged"]:
    """Add the user, and mail nothing. Nothing is changed if the address has an account already.

    Raises EmailInvalid, ValidationFailed for a hash that cannot be verified here or costs too much, and EmailTaken if
    the address and the owner belong to different accounts.
    """
    email = clean_email(asked.email)
    if asked.password_hash is not None and (why := weakness_of_hash(asked.password_hash)):
        raise ValidationFailed.of([FieldError("password_hash", why)])
    user = _new_user(ports, email, asked)
    try:
        ports.accounts.users.add(user)
    except Taken:
        _require_same(ports, email, asked.owner)
        return "unchanged"
    note(ports, user.user_id, "imported_by_operator")
    return "imported"


def _new_user(ports: Ports, email: str, asked: ImportedUser) -> User:
    now = ports.now()
    return User(
        asked.owner or ports.new_id(),
        "user",
        created_at=now,
        email=email,
        name=asked.name,
        password_hash=asked.password_hash,
        verified_at=now,
    )


def _require_same(ports: Ports, email: str, owner: str | None) -> None:
    known = user_of_email(ports, email)
    if known is None:
        raise EmailTaken("the id belongs to another account")
    if owner is not None and known.user_id != owner:
        raise EmailTaken("the address belongs to an account with another id")
