"""What is a permission by itself, cut out of text that is shown or logged.

Signatures, credentials, tokens, cookies and passwords are known by the words before them or by their own look, and the
service's own secrets and key ids by their value. What is percent-encoded is decoded first, as often as it was encoded.
"""

import base64
import json
import re
from urllib.parse import unquote

CUT = "…"
# Shorter values are words of everyday language: cutting them would tear other words apart.
_SHORTEST = 4
_SHORTEST_IN_WORDS = 8
# 'a%2525…' is decoded until nothing changes, and no further.
_LAYERS = 4

# As a parameter, a header, a field of JSON, of a form or of a printed dict or tuple.
_NAMES = ("signature", "credential", "token", "policy", "password", "passwd", "secret", "moodrop_session")
_KEYS = ("access_key", "access-key", "accesskey", "secret_key", "secret-key", "secretkey")
_NAME = rf"(?:{'|'.join(_NAMES)}|access[-_]?key|secret[-_]?(?:access[-_]?)?key)(?:[-_]?id)?"
_VALUE = r"[^\s&\"'<>,;(){}\[\]\\]"
_QUOTE = r"\\{0,3}[\"']"
_BETWEEN = (
    rf"(?:\s{{0,3}}=\s{{0,3}}(?:b?{_QUOTE})?(?={_VALUE})"
    rf"|(?:{_QUOTE})?\s{{0,3}}:\s{{0,3}}(?:b?{_QUOTE})?(?={_VALUE}{{6}})"
    rf"|{_QUOTE},\s{{0,3}}b?{_QUOTE}|{_QUOTE}(?:\s|\\[rn]){{2,8}})"
)
_HEADER = rf"(?:{_QUOTE})?\s{{0,3}}[=:]\s{{0,3}}(?:{_QUOTE})?"
# What is looked for, in lower case and quickly, before the pattern is; then the pattern, and what stays of it.
_CUTS: tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...] = tuple(
    (signs, re.compile(pattern, re.IGNORECASE), shown)
    for signs, pattern, shown in (
        # Upload tokens, and the addresses of single calls that are given out signed.
        (("/u/", "/calls/"), r"(/u/+|/s3/+calls/+)[^/\s?#'\"]+", rf"\1{CUT}"),
        # Before a URI's host.
        (("@",), r"(://)[^/\s\"'<>]{1,1000}@", rf"\1{CUT}@"),
        # 'Bearer <token>' is how our hints put it.
        (("authorization",), rf"(authorization{_HEADER})(?!bearer <)[^\"'\r\n<>{CUT}]+", rf"\1{CUT}"),
        (("cookie",), rf"(cookie{_HEADER})[^\"'\r\n<>{CUT}]+", rf"\1{CUT}"),
        ((*_NAMES, *_KEYS), rf"({_NAME}{_BETWEEN}){_VALUE}+", rf"\1{CUT}"),
        (
            ("accesskeyid>", "signatureprovided>", "secretaccesskey>", "sessiontoken>"),
            r"(<(?:AWSAccessKeyId|AccessKeyId|SignatureProvided|SecretAccessKey|SessionToken)>)[^<]+",
            rf"\1{CUT}",
        ),
        (("bearer", "basic", "digest"), r"\b(bearer|basic|digest)(\s{1,3})[A-Z0-9._~+/=-]{4,}", rf"\1\2{CUT}"),
        (("aws ",), r"\bAWS [A-Z0-9]{3,128}:[A-Z0-9+/=]{8,}", f"AWS {CUT}"),
        # Personal data, which owners' names may be.
        (("@",), r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", CUT),
    )
)
# A hex digest of 256 bits by itself: a signature, or a secret that was derived.
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")
# What begins as JSON does in base64: JWTs, policies of forms, signed calls. By case, as base64 is.
_ENCODED_SIGNS = ("eyJ", "eyA", "ewo", "ew0", "WyJ")
_ENCODED_JSON = re.compile(r"(?:eyJ|(?<![A-Za-z0-9])(?:eyA|ew[o0]|WyJ))[A-Za-z0-9_-]{6,}[A-Za-z0-9_.+/=-]*")
_WORD = re.compile(r"[^\s\"'<>]+")

_secrets: tuple[str, ...] = ()
_short_secrets: re.Pattern[str] | None = None


def hide(*values: str) -> None:
    """Have these values cut out from now on, wherever they stand."""
    global _secrets, _short_secrets  # noqa: PLW0603  one list a process, as there is one log
    written = {form for value in values if len(value) >= _SHORTEST_IN_WORDS for form in _forms(value)}
    # The longest first: a secret may begin with another one.
    _secrets = tuple(sorted({*_secrets, *written}, key=len, reverse=True))
    short = {value for value in values if _SHORTEST <= len(value) < _SHORTEST_IN_WORDS}
    if short:
        known = [_short_secrets.pattern] if _short_secrets else []
        words = [rf"(?<!\w){re.escape(value)}(?!\w)" for value in sorted(short)]
        _short_secrets = re.compile("|".join(dict.fromkeys([*known, *words])))


def _forms(value: str) -> set[str]:
    """The value as it may be printed; what is percent-encoded is decoded before."""
    encoded = base64.b64encode(value.encode()).decode().rstrip("=")
    quoted = {json.dumps(value)[1:-1], repr(value)[1:-1]}
    return {value, value.encode().hex(), encoded, encoded.translate({43: 45, 47: 95}), *quoted}


def redacted(text: str) -> str:
    """The text without what would let its reader in."""
    if "%" in text:
        text = _WORD.sub(_redacted_word, text)
    return _cut(text)


def _redacted_word(found: re.Match[str]) -> str:
    word = found[0]
    if "%" not in word:
        return word
    plain = _decoded(word)
    cut = _cut(plain)
    return word if cut == plain else cut


def _decoded(word: str) -> str:
    for _ in range(_LAYERS):
        plain = unquote(word)
        if plain == word:
            break
        word = plain
    return word


def _cut(text: str) -> str:
    for secret in _secrets:
        if secret in text:
            text = text.replace(secret, CUT)
    if _short_secrets:
        text = _short_secrets.sub(CUT, text)
    folded = text.lower()
    for signs, pattern, shown in _CUTS:
        if any(sign in folded for sign in signs):
            text = pattern.sub(shown, text)
    if any(sign in text for sign in _ENCODED_SIGNS):
        text = _ENCODED_JSON.sub(CUT, text)
    return _DIGEST.sub(CUT, text)
