"""Which passwords a person may choose."""

import unicodedata
from collections.abc import Sequence

from service.accounts.errors import PasswordWeak
from service.shared.errors import FieldError

SHORTEST = 10
LONGEST = 128
# zxcvbn's score, of 0 to 4: about 10^8 guesses.
WEAKEST_SCORE = 3
# zxcvbn refuses longer ones.
SCORED = 72


def normalized(password: str) -> str:
    """Return the password as it is hashed: keyboards differ in how they compose one letter."""
    return unicodedata.normalize("NFC", password)


def check_password(password: str, known: Sequence[str | None] = ()) -> str:
    """Return the normalized password. Raises PasswordWeak; `known` are words that others know about the person."""
    password = normalized(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise _weak(f"must have {SHORTEST} to {LONGEST} characters")
    score, advice = _scored(password, [word for word in known if word])
    if score < WEAKEST_SCORE:
        raise _weak(advice or "is too easy to guess: add another word or two")
    return password


def _scored(password: str, known: list[str]) -> tuple[int, str]:
    # Takes 120 ms and 13 MiB once, which a service without new passwords never pays.
    from zxcvbn import zxcvbn

    result = zxcvbn(password[:SCORED], user_inputs=known)
    feedback = result["feedback"]
    return int(result["score"]), " ".join(filter(None, [feedback["warning"], *feedback["suggestions"]]))


def _weak(why: str) -> PasswordWeak:
    return PasswordWeak(f"password: {why}", fields=(FieldError("password", why),))
