"""Makes object keys, and decides which keys a client may name: nowhere else.

Keys made here are ASCII [A-Za-z0-9_./-] and of fixed depth, because stores treat '..', '//' and
control characters differently. A person's own file name is data, never part of such a key.
"""

import hashlib
import posixpath
import re
import unicodedata
from typing import NamedTuple

from service.shared.model import Caller
from service.store.prefixes import DERIVED_PREFIX, FINAL_PREFIX, STAGING_PREFIX
from service.uploads.errors import (
    InvalidObjectKey,
    KeyOutsideGrant,
    KeyOutsidePrefix,
    ObjectKeyTaken,
)
from service.uploads.model import Upload

# S3: a key is at most 1024 bytes of UTF-8; MinIO refuses a segment over 255.
MAX_KEY_BYTES = 1024
MAX_SEGMENT_BYTES = 255

# Control characters, and the backslash, which Windows takes for a slash.
_ODD_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
_SLUG = re.compile(r"[A-Za-z0-9_-]{1,64}")
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}")
# A ULID below an owner, with anything after it. Upper or lower case, because a store's file system may ignore case; and
# every key below it, because on a file system a name cannot be both an object and a folder.
_MADE_HERE = re.compile(r"[^/]+/[^/]+/([0-7][0-9A-HJKMNP-TV-Z]{25})(\.[^/]*)?(/.*)?", re.IGNORECASE | re.DOTALL)

_DERIVED_SLUG = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_DERIVED_NAME = re.compile(r"[a-z0-9.-]{1,40}")
_DERIVED_KEY = re.compile(
    rf"{DERIVED_PREFIX}/[A-Za-z0-9_.-]+/(?P<file_id>[0-7][0-9A-HJKMNP-TV-Z]{{25}})/"
    r"(?P<kind>[a-z]{1,20})/(?P<token>[1-9][0-9]{0,15})/(?P<name>[a-z0-9.-]{1,40})"
)


class DerivedKey(NamedTuple):
    """The parts of the key of a derived object."""

    file_id: str
    kind: str
    token: int
    name: str


def owner_slug(owner: str) -> str:
    """Return the owner as one key segment: itself if it is safe, otherwise a hash of it."""
    if _SLUG.fullmatch(owner):
        return owner
    # 'h.' cannot start a plain slug, so no owner can pose as another's hash.
    return "h." + hashlib.sha256(owner.encode()).hexdigest()[:40]


def final_key(owner: str, upload_id: str, filename: str) -> str:
    """Return the key of a file: uploads/{owner_slug}/{upload_id}{.ext}."""
    return f"{FINAL_PREFIX}/{owner_slug(owner)}/{upload_id}{_extension(filename)}"


def _extension(filename: str) -> str:
    extension = posixpath.splitext(filename)[1]
    return extension.lower() if _EXTENSION.fullmatch(extension) else ""


def staging_key(owner: str, upload_id: str) -> str:
    """Return the key of a staged upload that is not confirmed: incoming/{owner_slug}/{upload_id}."""
    return f"{STAGING_PREFIX}/{owner_slug(owner)}/{upload_id}"


def derived_prefix(file: Upload) -> str:
    """Return the prefix of everything that is made from a file: derived/{owner_slug}/{file_id}/.

    The slug is that of the file's own key, which stays when the file gets another owner.
    """
    owner = file.target_key.split("/")[1]
    slug = owner if _DERIVED_SLUG.fullmatch(owner) else owner_slug(owner)
    return f"{DERIVED_PREFIX}/{slug}/{file.upload_id}/"


def derived_key(file: Upload, kind: str, token: int, name: str) -> str:
    """Return the key of an object that a job makes: derived/{owner_slug}/{file_id}/{kind}/{token}/{name}.

    No two attempts share a token, so nothing is ever overwritten.
    """
    if not _DERIVED_NAME.fullmatch(name):
        raise ValueError(f"{name[:80]!r} cannot be the name of a derived object")
    return f"{derived_prefix(file)}{kind}/{token}/{name}"


def parse_derived(object_key: str) -> DerivedKey | None:
    """Return the parts of a key from `derived_key`, or None for any other key."""
    match = _DERIVED_KEY.fullmatch(object_key)
    return DerivedKey(match["file_id"], match["kind"], int(match["token"]), match["name"]) if match else None


def staged_id(object_key: str) -> str:
    """Return the id of the upload that waits under that key of incoming/; empty for any other key."""
    prefix, _, rest = object_key.partition("/")
    return rest.rpartition("/")[2] if prefix == STAGING_PREFIX else ""


def is_made_here(object_key: str) -> bool:
    """Return whether the key has the form of a key from `final_key`, or lies below one."""
    return _MADE_HERE.fullmatch(unicodedata.normalize("NFKC", object_key)) is not None


def may_hold(object_key: str, upload_id: str) -> bool:
    """Return whether a staged upload may become the object of that key. Of generated keys it may take only its own."""
    if not is_made_here(object_key):
        return True
    name = object_key.split("/", 2)[2]
    return "/" not in name and name.partition(".")[0] == upload_id


def made_id(object_key: str) -> str:
    """Return the id of the upload whose URL writes to that key, or "" if the service did not generate the key."""
    match = _MADE_HERE.fullmatch(object_key)
    prefix = object_key.partition("/")[0]
    if match is None or prefix not in (FINAL_PREFIX, STAGING_PREFIX):
        return ""
    extension = _extension(object_key) if prefix == FINAL_PREFIX else ""
    made = object_key[: match.start(1)] + match[1].upper() + extension
    return match[1] if object_key == made else ""


def is_possible(object_key: str) -> bool:
    """Return whether an object of the service can have that key."""
    return not _is_odd(object_key)


def named_key(caller: Caller, object_key: str) -> str:
    """Check a key that the client named (seed-compatible calls) and return it.

    Raises InvalidObjectKey if it does not normalise to itself, KeyOutsidePrefix if it is not under the caller's own
    uploads/{owner_slug}/, KeyOutsideGrant if it is not under the prefix of the token.
    The local user of open mode may use any user's.
    """
    if _is_odd(object_key):
        raise InvalidObjectKey(f"{object_key[:80]!r} cannot be an object key")
    prefix, owner, *rest = [*object_key.split("/", 2), "", ""][:3]
    own = caller.any_prefix or owner == owner_slug(caller.owner)
    if prefix != FINAL_PREFIX or not owner or not own or not rest[0]:
        raise KeyOutsidePrefix(f"{object_key[:80]!r} is not under {FINAL_PREFIX}/{owner_slug(caller.owner)}/")
    return granted_key(caller, object_key)


def new_key(caller: Caller, object_key: str) -> str:
    """Check a key that the client named for a new upload and return it.

    Raises what `named_key` raises, and ObjectKeyTaken for a key of the generated form: it may belong to another upload,
    whose confirm would mistake these bytes for its own.
    """
    if is_made_here(named_key(caller, object_key)):
        raise ObjectKeyTaken(f"{object_key[:80]!r} has the form of the keys that the service generates")
    return object_key


def granted_key(caller: Caller, object_key: str) -> str:
    """Return the key if the caller's token allows it. Raises KeyOutsideGrant."""
    prefix = caller.grant.prefix if caller.grant else ""
    if not object_key.startswith(prefix):
        raise KeyOutsideGrant(f"{object_key[:80]!r} is not under {prefix[:80]!r}")
    return object_key


def _is_odd(object_key: str) -> bool:
    try:
        encoded = object_key.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return True
    return (
        not object_key
        or posixpath.normpath(object_key) != object_key
        or object_key.startswith(("/", ".."))
        or _ODD_CHARACTER.search(object_key) is not None
        or len(encoded) > MAX_KEY_BYTES
        or max(map(len, encoded.split(b"/"))) > MAX_SEGMENT_BYTES
    )
