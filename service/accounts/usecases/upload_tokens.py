"""Tokens for clients that can send no header: never broader than whoever asks for one."""

from datetime import datetime, timedelta

from service.accounts.errors import TokenInvalid
from service.accounts.ports import Ports
from service.shared.errors import FieldError, ValidationFailed
from service.shared.model import Caller, Grant, Spent
from service.shared.scopes import UPLOADS_WRITE, require
from service.uploads.errors import GrantTypeNotAllowed, KeyOutsideGrant
from service.uploads.usecases.access import is_narrowed

# It stands in the address of each call, of which gunicorn takes 8190 bytes with all parameters.
MAX_TOKEN_CHARACTERS = 4000


def issue_upload_token(
    ports: Ports, caller: Caller, asked: Grant, expires_in: int, *, renews: str | None = None
) -> tuple[str, datetime]:
    """Return a token for the caller's uploads, and its expiry: in `expires_in` seconds, or with the caller's token.

    `asked` narrows the token further. The token reaches the uploads started with it, and those of the token that it
    renews, if any. Raises ScopeMissing; KeyOutsideGrant or GrantTypeNotAllowed if the caller's own grant is narrower;
    ValidationFailed if the token is too long for an address or the caller may not renew the other token.
    """
    require(caller, UPLOADS_WRITE)
    token_id = _renewed_id(ports, caller, renews) if renews else _new_id(ports, caller)
    expires_at = ports.now() + timedelta(seconds=expires_in)
    expires_at = min(expires_at, caller.expires_at or expires_at).replace(microsecond=0)
    grant = _narrowed(ports, caller.grant or Grant(), asked, expires_at)
    scopes = frozenset({UPLOADS_WRITE})
    token = ports.upload_tokens.issue(
        Caller(caller.owner, scopes, grant=grant, expires_at=expires_at, token_id=token_id)
    )
    if len(token) > MAX_TOKEN_CHARACTERS:
        message = "are too many and too long for a token that stands in an address"
        raise ValidationFailed(f"content_types: {message}", fields=(FieldError("content_types", message),))
    return token, expires_at


def _new_id(ports: Ports, caller: Caller) -> str:
    # The id names the issuer too: a narrowed token renews only tokens that it got itself, not others of its owner.
    return f"{caller.token_id or ''}/{ports.new_id()}"


def _renewed_id(ports: Ports, caller: Caller, renews: str) -> str:
    message = "is not an upload token that you got"
    try:
        before = ports.upload_tokens.read(renews)
    except TokenInvalid as error:
        raise ValidationFailed(f"renews: {message}", fields=(FieldError("renews", message),)) from error
    token_id = before.token_id or ""
    is_own = before.owner == caller.owner and token_id.startswith(f"{caller.token_id}/" if is_narrowed(caller) else "")
    if not is_own:
        raise ValidationFailed(f"renews: {message}", fields=(FieldError("renews", message),))
    return token_id


def _narrowed(ports: Ports, own: Grant, asked: Grant, expires_at: datetime) -> Grant | None:
    """Return what both grants allow. Uses are counted with those of the caller's own grant, where that counts any."""
    _require_within(own, asked)
    counts = asked.max_bytes is not None or asked.max_files is not None
    spent = ports.grants.spent(own) if counts and own.usage_id else Spent()
    grant = Grant(
        prefix=asked.prefix or own.prefix,
        max_bytes=_least(own.max_bytes, asked.max_bytes, spent.size_bytes),
        max_files=_least(own.max_files, asked.max_files, spent.files),
        content_types=asked.content_types or own.content_types,
        usage_id=own.usage_id or (ports.new_id() if counts else ""),
        # A count is forgotten some time after this: too early, and the caller's own grant would be as good as new.
        expires_at=own.expires_at if own.usage_id else expires_at,
    )
    return None if grant == Grant(expires_at=expires_at) else grant


def _require_within(own: Grant, asked: Grant) -> None:
    if asked.prefix and not asked.prefix.startswith(own.prefix):
        raise KeyOutsideGrant(f"{asked.prefix!r} is not under your own token's prefix {own.prefix!r}")
    for kind in asked.content_types if own.content_types else ():
        if not _is_within(kind, own.content_types):
            accepted = ", ".join(own.content_types)
            raise GrantTypeNotAllowed(f"{kind!r} is not among your own token's types: {accepted}")


def _is_within(kind: str, allowed: tuple[str, ...]) -> bool:
    """Whether all that `kind` stands for is allowed: a type, or audio/*."""
    family = kind.partition("/")[0]
    return kind in allowed or f"{family}/*" in allowed or "*" in allowed or "*/*" in allowed


def _least(own: int | None, asked: int | None, spent: int) -> int | None:
    # The count goes on from what is spent; what others spend of it meanwhile only narrows the token further.
    limits = [limit for limit in (own, None if asked is None else spent + asked) if limit is not None]
    return min(limits, default=None)
