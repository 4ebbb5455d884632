"""What people show of themselves: a name, the language of their mails, and two pictures among their own files."""

from collections.abc import Mapping
from typing import Literal

from service.accounts.model import User
from service.accounts.ports import Ports
from service.accounts.roles import scopes_of
from service.accounts.usecases.users import user_of
from service.shared.model import Caller
from service.store.model import PresignedRequest, ReadMethod
from service.uploads.errors import FileNotFound
from service.uploads.model import Upload
from service.uploads.usecases.access import own_file
from service.uploads.usecases.files.download import DownloadOptions, presign_download

Picture = Literal["avatar_id", "cover_id"]
PICTURES: tuple[Picture, ...] = ("avatar_id", "cover_id")


def edit_profile(ports: Ports, user: User, edits: Mapping[str, str | None]) -> User:
    """Set what the edits name; None removes it. Raises what `_check_picture` raises."""
    for name in PICTURES:
        if file_id := edits.get(name):
            _check_picture(ports, user, file_id)
    if not edits:
        return user
    return ports.accounts.users.change(user.user_id, {}, edits) or user_of(ports, user.user_id)


def sign_picture(ports: Ports, user: User, picture: Picture, method: ReadMethod) -> PresignedRequest:
    """Return the URL of a picture. Raises FileNotFound if there is none, or if its file was deleted."""
    file_id = getattr(user, picture)
    if file_id is None:
        raise FileNotFound(f"the account has no {picture}")
    file = _check_picture(ports, user, file_id)
    return presign_download(ports, _caller(user), file, DownloadOptions(inline=True, method=method))


def _check_picture(ports: Ports, user: User, file_id: str) -> Upload:
    """Return the file. Raises FileNotFound, ContentTypeNotAllowed, FileTooLarge unless it could be a cover."""
    file = own_file(ports, _caller(user), file_id)
    ports.policy.check_cover(file.content_type or "", file.size_bytes or 0)
    return file


def _caller(user: User) -> Caller:
    return Caller(user.user_id, scopes_of(user))
