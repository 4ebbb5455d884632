"""Decides which small picture stands for a file."""

import hashlib
from functools import lru_cache

from service.uploads.derived import Thumbnail
from service.uploads.model import Upload


def own_thumbnail(file: Upload) -> Thumbnail | None:
    """Return the picture that was made from the file's own present bytes."""
    return _made_from(_current(file), file.upload_id)


def shown_thumbnail(file: Upload) -> Thumbnail | None:
    """Return the picture that lists show: of a picture its own, else that of the cover, else a frame or a page.

    None if the file has a cover that no picture was made from yet: then its cover itself is shown.
    """
    thumbnail = _current(file)
    if thumbnail is None:
        return None
    return _made_from(thumbnail, pictured_by(file.upload_id, file.cover_id, file.content_type))


def pictured_by(file_id: str, cover_id: str | None, content_type: str | None) -> str:
    """Return whose picture stands for the file: its cover's if it has one, unless it is itself a picture."""
    return file_id if cover_id is None or _is_picture(content_type) else cover_id


def is_picture(file: Upload) -> bool:
    """Return whether the file itself is a picture. Its own goes before a cover."""
    return _is_picture(file.content_type)


def _is_picture(content_type: str | None) -> bool:
    return (content_type or "").startswith("image/")


def source_of(thumbnail: Thumbnail) -> str:
    """Return the file or cover that it was made from: derived/{owner_slug}/{file_id}/…"""
    return thumbnail.prefix.split("/")[2]


def id_of(thumbnail: Thumbnail) -> str:
    """Return a short id of the picture, which is another one for every other picture."""
    return _digest(thumbnail.prefix)


@lru_cache(maxsize=10_000)
def _digest(prefix: str) -> str:
    return hashlib.sha256(prefix.encode()).hexdigest()[:12]


def _current(file: Upload) -> Thumbnail | None:
    derived = file.current_derived
    return None if derived is None or derived.threat else derived.thumbnail


def _made_from(thumbnail: Thumbnail | None, source_id: str) -> Thumbnail | None:
    return thumbnail if thumbnail and source_of(thumbnail) == source_id else None
