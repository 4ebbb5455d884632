"""Why what is derived from a file cannot be given.

MoodropError
└─ NotFound           404  MediaMissing  ThumbnailMissing
"""

from service.shared.errors import NotFound


class MediaMissing(NotFound):
    code = "media_missing"
    title = "The file has no such rendition"
    hint = "Play the file itself; GET /v1/files/{id}/media lists its renditions."


class ThumbnailMissing(NotFound):
    code = "thumbnail_missing"
    title = "The file has no thumbnail"
    hint = "Show a placeholder; a file has a thumbnail if its thumbnail or its cover_id is set."
