"""Registers people. There are no unverified users: a registration is a code that waits to be used.

Whoever registers an address first or last, nobody gets an account with a password that somebody else chose: it takes
the mailed code, and either the password or the token of the browser that registered.
"""

from dataclasses import dataclass

from service.accounts.emails import clean_email
from service.accounts.errors import CodeInvalid, SignUpClosed
from service.accounts.model import Code, Origin, User
from service.accounts.password_rules import normalized
from service.accounts.ports import Ports
from service.accounts.usecases.audit import note
from service.accounts.usecases.codes import (
    Carried,
    is_verification_token,
    issue_code,
    take_proof,
    use_up,
    verification_token,
)
from service.accounts.usecases.mails import queue_code_mail
from service.accounts.usecases.new_passwords import require_strong
from service.accounts.usecases.sessions import OpenedSession, open_account_session
from service.accounts.usecases.users import claim_guest, user_of_email
from service.shared.ports.collection import Taken


@dataclass(frozen=True, slots=True)
class Registration:
    """What somebody asks for."""

    email: str
    password: str
    name: str | None = None
    language: str | None = None
    guest_id: str | None = None  # the guest whose files the account takes along


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that the address is theirs: the code, or the token of the link; and whose registration it is."""

    email: str | None = None
    code: str | None = None
    token: str | None = None
    password: str | None = None
    verification_token: str | None = None


def register(ports: Ports, asked: Registration, origin: Origin) -> tuple[Code, str]:
    """Mail a code; return it, with the token that spares this browser the password.

    A known address is answered alike, with as much work; its mail says that there is an account. Raises SignUpClosed,
    EmailInvalid, PasswordWeak, RateLimited, PasswordsBusy.
    """
    if not ports.accounts.policy.is_sign_up_open:
        raise SignUpClosed
    email = clean_email(asked.email)
    password = require_strong(ports, asked.password, (email, asked.name), origin)
    ports.accounts.attempts.count("register", origin.counted_as)
    known = user_of_email(ports, email)
    carried = Carried(
        user_id=known.user_id if known else None,
        guest_id=asked.guest_id,
        name=asked.name,
        language=known.language if known else asked.language,
        password_hash=ports.accounts.passwords.hash(password),
    )
    code = issue_code(ports, "register", email, carried)
    queue_code_mail(ports, code, "already_registered" if known else "verify")
    return code, verification_token(ports, code)


def verify(ports: Ports, proof: Proof, origin: Origin, before: str | None) -> OpenedSession:
    """Make the account and sign in. Raises CodeInvalid, whatever of the proof is wrong."""
    ports.accounts.attempts.count("verify_code", origin.counted_as)
    code = _own_registration(ports, proof)
    use_up(ports, code)
    user = _made_user(ports, code)
    note(ports, user.user_id, "registered", origin)
    return open_account_session(ports, user, "password", origin, before=before)


def _own_registration(ports: Ports, proof: Proof) -> Code:
    """Return the code. Raises CodeInvalid for one for which somebody else may have chosen the password."""
    if proof.password is None:
        code = _mailed_code(ports, proof)
        if not is_verification_token(ports, code, proof.verification_token or ""):
            raise CodeInvalid
        return code
    with ports.accounts.passwords.place() as place:
        code = _mailed_code(ports, proof)
        has_token = proof.verification_token and is_verification_token(ports, code, proof.verification_token)
        if not (has_token or place.verify(code.password_hash, normalized(proof.password)).is_right):
            raise CodeInvalid
    return code


def _mailed_code(ports: Ports, proof: Proof) -> Code:
    code = take_proof(ports, "register", proof.email, proof.code, proof.token)
    if code.user_id is not None:  # there is an account: the code was never mailed
        raise CodeInvalid
    return code


def _made_user(ports: Ports, code: Code) -> User:
    try:
        return _claimed_guest(ports, code) or _new_user(ports, code)
    except Taken as error:  # the address got an account by another way
        raise CodeInvalid from error


def _claimed_guest(ports: Ports, code: Code) -> User | None:
    changes = {
        "email": code.email,
        "name": code.name,
        "language": code.language,
        "password_hash": code.password_hash,
        "verified_at": ports.now(),
    }
    return claim_guest(ports, code.guest_id, changes)


def _new_user(ports: Ports, code: Code) -> User:
    now = ports.now()
    user = User(
        ports.new_id(),
        "user",
        created_at=now,
        seen_at=now,
        email=code.email,
        name=code.name,
        language=code.language,
        password_hash=code.password_hash,
        verified_at=now,
    )
    ports.accounts.users.add(user)
    return user
