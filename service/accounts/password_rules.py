"""Which passwords a person may choose, and which hashes of another service are taken over."""

import re
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from math import prod

from service.accounts.errors import PasswordWeak
from service.shared.errors import FieldError

SHORTEST = 10
LONGEST = 128
# zxcvbn's score, of 0 to 4: about 10^8 guesses.
WEAKEST_SCORE = 3
# zxcvbn refuses longer ones.
SCORED = 72
# zxcvbn looks words up once for each way to read symbols as letters: 700 ways take it ten seconds.
MOST_READINGS = 12
# zxcvbn keeps the words that others know about the person in a global variable.
_scoring = threading.Lock()
# What one sign-in with somebody else's hash may cost: about a second, one at a time in each worker.
MOST_BCRYPT_COST = 14
MOST_ARGON2_KIB = 131_072
MOST_ARGON2_KIB_PASSES = 1_048_576
MOST_ARGON2_LANES = 16
_BCRYPT = re.compile(r"\$2[aby]\$([0-9]{2})\$[./A-Za-z0-9]{53}")
_ARGON2ID = re.compile(
    r"\$argon2id\$v=19\$m=([0-9]{1,10}),t=([0-9]{1,10}),p=([0-9]{1,10})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,171}"
)


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


def weakness_of_hash(text: str) -> str | None:
    """Return why a hash of another service cannot be taken over, worded to follow its name; None if it can.

    Its maker chose what verifying it costs, and everybody who signs in would wait for it.
    """
    if bcrypt := _BCRYPT.fullmatch(text):
        return _wrong_bcrypt(int(bcrypt[1]))
    if argon2 := _ARGON2ID.fullmatch(text):
        return _wrong_argon2(*(int(number) for number in argon2.groups()))
    return "must be a bcrypt hash ($2a$, $2b$ or $2y$) or an argon2id hash in PHC format ($argon2id$v=19$m=…,t=…,p=…)"


def _wrong_bcrypt(cost: int) -> str | None:
    return None if 4 <= cost <= MOST_BCRYPT_COST else f"must have a cost of 4 to {MOST_BCRYPT_COST}"


def _wrong_argon2(memory_kib: int, passes: int, lanes: int) -> str | None:
    if not 1 <= lanes <= MOST_ARGON2_LANES:
        return f"must have 1 to {MOST_ARGON2_LANES} lanes (p)"
    if not 8 * lanes <= memory_kib <= MOST_ARGON2_KIB:
        return f"must take at most {MOST_ARGON2_KIB} KiB of memory (m), and 8 KiB a lane at least"
    if passes < 1 or memory_kib * passes > MOST_ARGON2_KIB_PASSES:
        return f"must take at most {MOST_ARGON2_KIB_PASSES} KiB of memory in all its passes (m times t)"
    return None


def _scored(password: str, known: list[str]) -> tuple[int, str]:
    # Takes 120 ms and 13 MiB once, which a service without new passwords never pays.
    from zxcvbn import zxcvbn

    with _scoring:
        result = zxcvbn(with_few_readings(password[:SCORED]), user_inputs=known)
    feedback = result["feedback"]
    return int(result["score"]), " ".join(filter(None, [feedback["warning"], *feedback["suggestions"]]))


def with_few_readings(password: str) -> str:
    """Return a password that is about as easy to guess, and can be scored in less than a second.

    If too many symbols may stand for letters, as @ and 4 do for a, one symbol of each letter replaces the others.
    """
    from zxcvbn.matching import L33T_TABLE, relevant_l33t_subtable

    symbols_of: Mapping[str, list[str]] = relevant_l33t_subtable(password, L33T_TABLE)
    if prod(map(len, symbols_of.values())) > MOST_READINGS:
        for first, *others in symbols_of.values():
            for symbol in others:
                password = password.replace(symbol, first)
    return password


def _weak(why: str) -> PasswordWeak:
    return PasswordWeak(f"password: {why}", fields=(FieldError("password", why),))
