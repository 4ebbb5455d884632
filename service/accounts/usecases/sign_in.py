"""Signs people in, by password or by a mailed code. Whatever is wrong, the answer and its time are the same."""

from contextlib import suppress

from service.accounts.emails import clean_email
from service.accounts.errors import CodeInvalid, CredentialsInvalid, PasswordsBusy
from service.accounts.mail_texts import TemplateName
from service.accounts.model import Code, Origin, Purpose, User
from service.accounts.password_rules import normalized
from service.accounts.ports import Ports
from service.accounts.roles import is_open
from service.accounts.secrets import code_id_of
from service.accounts.usecases.audit import note
from service.accounts.usecases.codes import Carried, issue_code, take_proof, use_up
from service.accounts.usecases.mails import NO_TEMPLATE, queue_code_mail
from service.accounts.usecases.users import user_of_email


def by_password(ports: Ports, email: str, password: str, origin: Origin) -> User:
    """Return the user. Raises CredentialsInvalid, RateLimited before anything is hashed, PasswordsBusy."""
    email = clean_email(email)
    attempts = ports.accounts.attempts
    attempts.count("login", origin.counted_as)
    with ports.accounts.passwords.place() as place:
        attempts.count("login_account", account_of(ports, email))
        user = user_of_email(ports, email)
        can_sign_in = user is not None and is_open(user)
        stored = user.password_hash if user and can_sign_in else None
        verdict = place.verify(stored, normalized(password))
    if not (user and verdict.is_right):
        if user:
            note(ports, user.user_id, "sign_in_failed", origin)
        raise CredentialsInvalid
    attempts.clear("login_account", account_of(ports, email))
    if verdict.is_outdated:
        with suppress(PasswordsBusy):  # the next sign-in replaces it
            _replace_hash(ports, user, password)
    note(ports, user.user_id, "signed_in", origin, "password")
    return user


def send_sign_in_code(ports: Ports, email: str, language: str | None, origin: Origin) -> Code:
    """Mail a code to sign in with. Raises as `send_code_if_known` does."""
    return send_code_if_known(ports, "login", "sign_in_code", email, language, origin)


def send_code_if_known(
    ports: Ports, purpose: Purpose, template: TemplateName, email: str, language: str | None, origin: Origin
) -> Code:
    """Mail a code, if the address has an account; do as much work if not. Raises RateLimited, EmailInvalid."""
    email = clean_email(email)
    ports.accounts.attempts.count("send_code", origin.counted_as)
    user = user_of_email(ports, email)
    known = user if user and is_open(user) else None
    carried = Carried(user_id=known.user_id if known else None, language=user.language if user else language)
    code = issue_code(ports, purpose, email, carried)
    queue_code_mail(ports, code, template if known else NO_TEMPLATE)
    return code


def by_code(ports: Ports, email: str | None, guess: str | None, token: str | None, origin: Origin) -> User:
    """Return the user of the mailed code or link. Raises CodeInvalid, RateLimited."""
    ports.accounts.attempts.count("verify_code", origin.counted_as)
    code = take_proof(ports, "login", email, guess, token)
    user = owner_of(ports, code)
    use_up(ports, code)
    note(ports, user.user_id, "signed_in", origin, "code")
    return user


def owner_of(ports: Ports, code: Code) -> User:
    """Return the user whom the code lets in. Raises CodeInvalid if the account is closed or has another address now."""
    user = ports.accounts.users.get(code.user_id) if code.user_id else None
    if user is None or not is_open(user) or user.email != code.email:
        raise CodeInvalid
    return user


def account_of(ports: Ports, email: str) -> str:
    """Return what the tries of an address are counted under; the counters name no address."""
    return code_id_of(ports.keyring.derive("codes")[0], "tries", email)


def _replace_hash(ports: Ports, user: User, password: str) -> None:
    renewed = ports.accounts.passwords.hash(normalized(password))
    ports.accounts.users.change(user.user_id, {"password_hash": user.password_hash}, {"password_hash": renewed})
