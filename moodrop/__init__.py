"""Moodrop's client: upload songs and other files, list them, fetch them.

from moodrop import Client

with Client("http://127.0.0.1:5000") as client:
    file = client.upload("song.mp3", mood="happy")
    client.download(file.file_id, "copy.mp3")
"""

from moodrop.client import Client
from moodrop.errors import MoodropError
from moodrop.listening import Listen, ListenReport, Recommendation, Recommendations, Unfinished, Why
from moodrop.model import (
    Account,
    Checksum,
    DownloadUrl,
    Features,
    File,
    Grant,
    Limits,
    NewFile,
    PendingLogin,
    Progress,
    Quota,
    Session,
    StoredPart,
    Thumbnail,
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
    "Features",
    "File",
    "Grant",
    "Limits",
    "Listen",
    "ListenReport",
    "MoodropError",
    "NewFile",
    "PendingLogin",
    "Progress",
    "Quota",
    "Recommendation",
    "Recommendations",
    "Session",
    "StoredPart",
    "Tags",
    "Thumbnail",
    "Unfinished",
    "Upload",
    "UploadResult",
    "Why",
    "__version__",
    "read_tags",
]
