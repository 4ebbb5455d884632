"""Requests that differ in one place from the signed one: no store may accept any of them.

Each edit changes the URL's meaning, not its spelling: a store may read %2f as %2F.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random
from typing import Self
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from tests.integration.presigning_store import StoreResponse, send

HEX = "0123456789abcdef"
METHODS = ("GET", "PUT", "HEAD", "DELETE", "POST", "PATCH")
# Parameters that stores route by, obey, or do not know.
ADDED = (
    *(("versionId", "null"), ("versionId", "00000000-0000-0000-0000-000000000000"), ("uploads", ""), ("delete", "")),
    *(("partNumber", "1"), ("partNumber", "2"), ("uploadId", "x"), ("acl", ""), ("tagging", ""), ("retention", "")),
    *(("legal-hold", ""), ("torrent", ""), ("restore", ""), ("append", ""), ("attributes", ""), ("select", "")),
    *(("response-content-type", "text/html"), ("response-content-disposition", "inline"), ("x-id", "PutObject")),
    *(("X-Amz-Security-Token", "x"), ("x-amz-security-token", "x"), ("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")),
    *(("x-amz-copy-source", "/x/y"), ("x-amz-acl", "public-read"), ("x-amz-tagging", "a=b"), ("policy", "")),
    *(("AWSAccessKeyId", "x"), ("Signature", "x"), ("Expires", "4102444800"), ("list-type", "2"), ("prefix", "")),
)


@dataclass(frozen=True)
class Signed:
    """A signed request or one edit of it; `host` if it differs from the URL's."""

    method: str
    endpoint: str
    path: str  # decoded
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    host: str = ""
    edit: str = "none"

    @classmethod
    def of(cls, method: str, url: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Self:
        parts = urlsplit(url)
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        return cls(method, f"{parts.scheme}://{parts.netloc}", unquote(parts.path), query, dict(headers or {}), body)

    def send(self) -> StoreResponse:
        query = urlencode(self.query, quote_via=quote, safe="-_.~")
        headers = {name: value for name, value in self.headers.items() if name != "content-length"}
        body = self.body if self.method in ("PUT", "POST", "PATCH") else None
        named = {"Host": self.host} if self.host else {}
        return send(self.method, f"{self.endpoint}{quote(self.path)}?{query}", body, {**headers, **named})

    def value_of(self, name: str) -> str:
        return dict(self.query)[name]

    def with_value(self, name: str, value: str) -> "Signed":
        return replace(self, query=tuple((one, value if one == name else old) for one, old in self.query))


Edit = Callable[[Signed, Random, int], Signed]


def _edited(text: str, chance: Random) -> str:
    """Yield the text with one character replaced by a similar one, added or removed."""
    if not text:
        return "x"
    at = chance.randrange(len(text))
    kind = "0123456789" if text[at].isdigit() else "abcdefghijklmnopqrstuvwxyz"
    other = chance.choice([one for one in kind if one != text[at].lower()])
    return chance.choice(
        (text[:at] + other + text[at + 1 :], text[:at] + text[at + 1 :], text[:at] + other + text[at:])
    )


def signature(one: Signed, chance: Random, number: int) -> Signed:
    """Yield signatures with another digit at each place, one too few, or one too many."""
    signed, at = one.value_of("X-Amz-Signature"), number * 5 % 64
    digit = chance.choice([other for other in HEX if other != signed[at]])
    changed = (signed[:at] + digit + signed[at + 1 :], signed[:at], signed + digit, digit + signed[1:], "0" * 64)
    return one.with_value("X-Amz-Signature", changed[0] if number % 4 else chance.choice(changed))


def parameter_dropped(one: Signed, chance: Random, number: int) -> Signed:
    dropped = number % len(one.query)
    return replace(one, query=one.query[:dropped] + one.query[dropped + 1 :])


def parameter_edited(one: Signed, chance: Random, number: int) -> Signed:
    name, value = one.query[number % len(one.query)]
    return one.with_value(name, chance.choice((_edited(value, chance), "")) if value else "x")


def parameter_renamed(one: Signed, chance: Random, number: int) -> Signed:
    at = number % len(one.query)
    name, value = one.query[at]
    return replace(one, query=(*one.query[:at], (_edited(name, chance), value), *one.query[at + 1 :]))


def parameter_added(one: Signed, chance: Random, number: int) -> Signed:
    """Yield added parameters, in front or behind, also repeated ones with another value.

    Never a repeated parameter of the signature itself: both stores use only the first one, for everything.
    """
    name, value = one.query[number // 2 % len(one.query)]
    if number % 2:
        added = ADDED[number // 2 % len(ADDED)]
        return replace(one, query=chance.choice(((added, *one.query), (*one.query, added))))
    first = (name, _edited(value, chance))
    behind = (first, *one.query) if name.startswith("X-Amz-") else (*one.query, first)
    return replace(one, query=chance.choice(((first, *one.query), behind)))


def header_dropped(one: Signed, chance: Random, number: int) -> Signed:
    names = [name for name in one.headers if name != "content-length"]
    if not names:
        return host(one, chance, number)
    dropped = names[number % len(names)]
    return replace(one, headers={name: value for name, value in one.headers.items() if name != dropped})


def header_edited(one: Signed, chance: Random, number: int) -> Signed:
    """Change a header; the length together with the body."""
    if not one.headers:
        return host(one, chance, number)
    name, value = list(one.headers.items())[number % len(one.headers)]
    if name == "content-length":
        return replace(one, body=chance.choice((one.body + b"!", one.body[:-1], one.body * 2, b"")))
    return replace(one, headers={**one.headers, name: _edited(value, chance)})


def method(one: Signed, chance: Random, number: int) -> Signed:
    others = [other for other in METHODS if other != one.method]
    return replace(one, method=others[number % len(others)])


def path(one: Signed, chance: Random, number: int) -> Signed:
    """Yield keys beside, above and below it, and another bucket."""
    bucket, _, key = one.path.removeprefix("/").partition("/")
    changed = (
        *(f"/{bucket}/{_edited(key, chance)}", f"/{_edited(bucket, chance)}/{key}", f"/{bucket}/{key}/x"),
        *(f"/{bucket}/x/../{key}x", f"/{bucket}/{key}.", f"/{bucket}/{key} ", f"/{bucket}/{key.rpartition('/')[0]}"),
        *(
            f"/{bucket}",
            f"/{bucket}/",
            "/",
            f"/{bucket}/uploads/bob/{key.rpartition('/')[2]}",
            f"/{bucket}/{key[::-1]}",
        ),
    )
    return replace(one, path=changed[number % len(changed)])


def host(one: Signed, chance: Random, number: int) -> Signed:
    named = urlsplit(one.endpoint).netloc
    name, _, port = named.partition(":")
    changed = (
        "evil.example",
        f"evil.example:{port}",
        f"{name}:{int(port) ^ 1}",
        f"x.{named}",
        f"{named}0",
        "localhost",
    )
    return replace(one, host=changed[number % len(changed)])


EDITS: Sequence[Edit] = (
    *(signature, parameter_dropped, parameter_edited, parameter_renamed, parameter_added),
    *(header_dropped, header_edited, method, path, host),
)


def edits_of(one: Signed, seed: int) -> Iterator[Signed]:
    """Return so many edits: over a third of them of the signature, the others in turn."""
    chance = Random(seed)
    for number in count():
        for edit in (*EDITS, *(signature,) * 4):
            made = edit(one, chance, number)
            if (made.method, made.path, made.query, made.headers, made.body, made.host) != (
                *(one.method, one.path, one.query, one.headers),
                *(one.body, one.host),
            ):
                yield replace(made, edit=edit.__name__)
