"""Makes and reads the secrets of accounts. Nothing here knows the time or the database.

Secrets with at least 128 random bits are stored as their SHA-256. Codes, mailed links and refresh tokens are derived
from SECRET_KEY and not stored, because all codes of six digits can be tried against a digest within a second.
"""

import base64
import hashlib
import hmac
import re
import secrets
import zlib
from collections.abc import Iterable
from typing import NamedTuple

SECRET_BYTES = 32
NONCE_BYTES = 16
CODE_DIGITS = 6
KEY_PREFIX = "mdk"
KEY_ID_LENGTH = 10
KEY_SECRET_LENGTH = 32
CHECKSUM_LENGTH = 6
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
REFRESH_PREFIX = "rt"
_CHALLENGE = re.compile(r"([0-9]{1,15})\.([A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{43}", re.ASCII)
# Without vowels and without letters that look like digits: it spells nothing and is easy to type.
USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


class ReadKey(NamedTuple):
    """An API key in parts, with a checksum that fits."""

    key_id: str
    secret: str


class ReadChallenge(NamedTuple):
    """A passkey's challenge in parts; its MAC is not verified yet."""

    expires_ms: int  # since 1970
    nonce: str


class ReadRefresh(NamedTuple):
    """A refresh token in parts; its MAC is not verified yet."""

    family_id: str
    generation: int
    mac: str


def new_secret() -> str:
    """Return 256 random bits in characters that a cookie and an address allow."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest_of(secret: str) -> str:
    """Return what the database stores of a random secret. 128 bits or more need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret_of(secret: str, digest: str) -> bool:
    """Return whether the secret has this digest, in constant time."""
    return hmac.compare_digest(digest_of(secret), digest)


def code_id_of(key: str, purpose: str, email: str) -> str:
    """Return the id of the codes for an address: the database shows no address that has no account."""
    return _mac(key, "code-id", purpose, email)


def code_of(key: str, code_id: str, issue: int) -> str:
    """Return the six digits of a mail."""
    number = int.from_bytes(_raw_mac(key, "code", code_id, str(issue))[:8], "big")
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def link_token_of(key: str, code_id: str, issue: int) -> str:
    """Return the token of a mail's link. It names the code that it belongs to."""
    return f"{code_id}.{_mac(key, 'link', code_id, str(issue))}"


def verification_token_of(key: str, code_id: str, issue: int) -> str:
    """Return the token that the registering browser gets at once: with the mailed code it replaces the password."""
    return _mac(key, "verification", code_id, str(issue))


def mint_refresh(key: str, family_id: str, generation: int, salt: str) -> str:
    """Return the refresh token of a generation: always the same one, so that a lost answer can be given again."""
    return f"{REFRESH_PREFIX}_{family_id}.{generation}.{_mac(key, 'refresh', family_id, str(generation), salt)}"


def read_refresh(text: str) -> ReadRefresh | None:
    """Return the parts of a refresh token, or None if the text is not one."""
    prefix, _, rest = text.partition("_")
    parts = rest.split(".")
    if prefix != REFRESH_PREFIX or len(parts) != 3 or not parts[1].isdecimal() or len(parts[1]) > 9:
        return None
    return ReadRefresh(parts[0], int(parts[1]), parts[2])


def mint_challenge(key: str, purpose: str, asker: str, nonce: str, expires_ms: int) -> str:
    """Return a challenge for passkeys. Only whoever asked for it can use it, and only for its purpose."""
    mac = _mac(key, "challenge", purpose, asker, nonce, str(expires_ms))
    return f"{expires_ms}.{nonce}.{mac}"


def new_nonce() -> str:
    """Return 128 random bits in characters of base64url."""
    return secrets.token_urlsafe(NONCE_BYTES)


def read_challenge(text: str) -> ReadChallenge | None:
    """Return the parts of a challenge, or None if the text is not one."""
    match = _CHALLENGE.fullmatch(text)
    return ReadChallenge(int(match[1]), match[2]) if match else None


def user_handle_of(key: str, user_id: str) -> str:
    """Return the id that authenticators know the user by.

    It is not the user's own id: the guest of every machine is called `local`, and on `localhost` an authenticator would
    replace the passkey of one service by that of another.
    """
    return _mac(key, "user-handle", user_id)


def matches_any(text: str, candidates: Iterable[str]) -> bool:
    """Return whether the text is one of the candidates; all are compared, in constant time."""
    matches = [hmac.compare_digest(text.encode(), candidate.encode()) for candidate in candidates]
    return any(matches)


def new_api_key() -> tuple[str, ReadKey]:
    """Return a new key as its owner gets it, and its parts."""
    key_id, secret = _random(KEY_ID_LENGTH), _random(KEY_SECRET_LENGTH)
    body = f"{KEY_PREFIX}_{key_id}_{secret}"
    return f"{body}{_checksum(body)}", ReadKey(key_id, secret)


def read_api_key(text: str) -> ReadKey | None:
    """Return the parts of a key, or None if it is mistyped or made up: no database is asked about those."""
    body, checksum = text[:-CHECKSUM_LENGTH], text[-CHECKSUM_LENGTH:]
    parts = body.split("_")
    if len(parts) != 3 or parts[0] != KEY_PREFIX or not text.isascii() or _checksum(body) != checksum:
        return None
    is_shaped = len(parts[1]) == KEY_ID_LENGTH and len(parts[2]) == KEY_SECRET_LENGTH
    return ReadKey(parts[1], parts[2]) if is_shaped else None


def new_user_code() -> str:
    """Return the code that a person types to allow a terminal: BCDF-GHJK, 34 random bits."""
    letters = "".join(secrets.choice(USER_CODE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _random(length: int) -> str:
    return "".join(secrets.choice(_BASE62) for _ in range(length))


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        number, digit = divmod(number, len(_BASE62))
        digits = _BASE62[digit] + digits
    return digits


def _mac(key: str, *parts: str) -> str:
    return base64.urlsafe_b64encode(_raw_mac(key, *parts)).rstrip(b"=").decode()


def _raw_mac(key: str, *parts: str) -> bytes:
    # With their lengths, or the parts ('ab', 'c') and ('a', 'bc') would be the same text.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
