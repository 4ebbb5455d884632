"""Moodrop's client: upload songs and other files, list them, fetch them.

from moodrop import Client

with Client("http://127.0.0.1:5000") as client:
    file = client.upload("song.mp3", mood="happy")
    client.download(file.file_id, "copy.mp3")
"""

from moodrop.client import Client
from moodrop.errors import MoodropError
from moodrop.model import (
    Account,
    Checksum,
    DownloadUrl,
    File,
    Grant,
    Limits,
    NewFile,
    PendingLogin,
    Progress,
    Quota,
    Session,
    StoredPart,
    Upload,
    UploadResult,
)
from moodrop.reading.tags import Tags, read_tags
from moodrop.version import __version__

__all__ = [
    "Account",
    "Checksum",
    "Client",
    "DownloadUrl",
    "File",
    "Grant",
    "Limits",
    "MoodropError",
    "NewFile",
    "PendingLogin",
    "Progress",
    "Quota",
    "Session",
    "StoredPart",
    "Tags",
    "Upload",
    "UploadResult",
    "__version__",
    "read_tags",
]
