"""Content types by the extension of a file's name."""

import mimetypes

UNKNOWN = "application/octet-stream"
# Types that some systems do not know, or know by an older name. The page has the same table.
BY_EXTENSION = {
    "aac": "audio/aac",
    "aif": "audio/aiff",
    "aifc": "audio/aiff",
    "aiff": "audio/aiff",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "m4b": "audio/mp4",
    "mka": "audio/x-matroska",
    "mp3": "audio/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "weba": "audio/webm",
    "wma": "audio/x-ms-wma",
    "avi": "video/x-msvideo",
    "m4v": "video/mp4",
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "ogv": "video/ogg",
    "webm": "video/webm",
    "avif": "image/avif",
    "gif": "image/gif",
    "heic": "image/heic",
    "heif": "image/heif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
}


def content_type_of(filename: str) -> str:
    """Return the type by the extension; application/octet-stream for unknown extensions."""
    _, dot, extension = filename.rpartition(".")
    known = BY_EXTENSION.get(extension.lower()) if dot else None
    return known or mimetypes.guess_type(filename)[0] or UNKNOWN
