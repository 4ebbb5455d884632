"""Removes credentials from text that is shown or logged.

It recognizes signatures, credentials, tokens, cookies and passwords by the words before them or by their form, and the
service's own secrets and key ids by their value. It first decodes percent-encoded text, as often as it was encoded.
"""

import base64
import json
import re
from urllib.parse import unquote

CUT = "…"
# Shorter values may be ordinary words: removing them would mangle other text.
_SHORTEST = 4
_SHORTEST_IN_WORDS = 8
# How often to decode 'a%2525…', unless nothing changes earlier.
_LAYERS = 4

# The name may be a parameter, a header, or a field of JSON, of a form or of a printed dict or tuple.
_NAMES = (
    "signature",
    "credential",
    "token",
    "device_code",
    "policy",
    "password",
    "passwd",
    "secret",
    "moodrop_session",
    "moodrop_passkey",
    "moodrop_oauth",
)
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
# A lower-case text for a quick search, then the slower pattern, then the replacement.
_CUTS: tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...] = tuple(
    (signs, re.compile(pattern, re.IGNORECASE), shown)
    for signs, pattern, shown in (
        # Upload tokens, and signed addresses for single calls.
        (("/u/", "/calls/"), r"(/u/+|/s3/+calls/+)[^/\s?#'\"]+", rf"\1{CUT}"),
        # What an identity provider sends back with people.
        (("code=", "state="), r"([?&](?:code|state)=)[^\s&\"'<>]+", rf"\1{CUT}"),
        # API keys and refresh tokens, wherever somebody pastes one.
        (("mdk_",), r"mdk_[A-Z0-9_]{6,}", f"mdk_{CUT}"),
        (("rt_",), r"\brt_[A-Z0-9]{10,}\.[A-Z0-9_.-]+", f"rt_{CUT}"),
        # What webhooks are signed with, and the tokens of mailed links.
        (("whsec_",), r"whsec_[A-Z0-9+/=]{6,}", f"whsec_{CUT}"),
        (("#",), r"(#(?:token=)?)[A-Z0-9_-]{43}\.[A-Z0-9_-]{43}", rf"\1{CUT}"),
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
        # Personal data: an owner's name may be an e-mail address.
        (("@",), r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", CUT),
    )
)
# A lone 256-bit hex digest: a signature, or a derived secret.
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")
# JSON in base64: JWTs, form policies, signed calls. Case-sensitive, like base64.
_ENCODED_SIGNS = ("eyJ", "eyA", "ewo", "ew0", "WyJ")
_ENCODED_JSON = re.compile(r"(?:eyJ|(?<![A-Za-z0-9])(?:eyA|ew[o0]|WyJ))[A-Za-z0-9_-]{6,}[A-Za-z0-9_.+/=-]*")
_WORD = re.compile(r"[^\s\"'<>]+")

_secrets: tuple[str, ...] = ()
_short_secrets: re.Pattern[str] | None = None


def hide(*values: str) -> None:
    """Remove these values from all text from now on."""
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
    """Return the value in a printable form, after decoding percent-encoded text."""
    encoded = base64.b64encode(value.encode()).decode().rstrip("=")
    quoted = {json.dumps(value)[1:-1], repr(value)[1:-1]}
    return {value, value.encode().hex(), encoded, encoded.translate({43: 45, 47: 95}), *quoted}


def redacted(text: str) -> str:
    """Return the text without credentials."""
    if "%" in text:
        text = _WORD.sub(_redacted_word, text)
    return _cut(text)


def _redacted_word(match: re.Match[str]) -> str:
    word = match[0]
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
