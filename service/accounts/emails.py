"""The one form in which an e-mail address is stored and compared."""

from email_validator import EmailNotValidError, validate_email

from service.accounts.errors import EmailInvalid
from service.shared.errors import FieldError

MAX_EMAIL = 254


def clean_email(text: str) -> str:
    """Return the address in lower case and ASCII. Raises EmailInvalid, also for look-alike letters before the @.

    A domain with other letters is kept as its xn-- name, so that a look-alike is visible and is another address.
    """
    if len(text) > MAX_EMAIL:
        raise _invalid(f"has more than {MAX_EMAIL} characters")
    try:
        address = validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise _invalid(str(error).rstrip(".")) from error
    return (address.ascii_email or address.normalized).lower()


def _invalid(why: str) -> EmailInvalid:
    return EmailInvalid(f"email: {why}", fields=(FieldError("email", why),))
