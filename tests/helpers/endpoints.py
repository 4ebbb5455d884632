"""Every endpoint that needs a token."""

from typing import Any

from tests.helpers.api import A_SONG, UNKNOWN_ID

SONG = {"title": "T", "mood": "happy", "key": "uploads/u1/a.mp3"}
UPPYS = {"filename": "a.mp3", "type": "audio/mpeg"}
# method, address, the scope it needs, the body
ENDPOINTS: list[tuple[str, str, str, Any]] = [
    ("POST", "/v1/uploads", "uploads:write", A_SONG),
    ("POST", "/v1/uploads/batch", "uploads:write", {"uploads": [A_SONG]}),
    ("POST", "/v1/uploads/confirm", "uploads:write", {"upload_ids": [UNKNOWN_ID]}),
    ("GET", "/v1/uploads", "uploads:write", None),
    ("GET", "/v1/uploads/{id}", "uploads:write", None),
    ("POST", "/v1/uploads/{id}/urls", "uploads:write", {}),
    ("POST", "/v1/uploads/{id}/confirm", "uploads:write", {}),
    ("DELETE", "/v1/uploads/{id}", "uploads:write", None),
    ("POST", "/v1/upload-tokens", "uploads:write", {}),
    ("GET", "/v1/files", "files:read", None),
    ("GET", "/v1/files?owner=public&q=x", "files:read", None),
    ("POST", "/v1/files/download-urls", "files:read", {"file_ids": [UNKNOWN_ID]}),
    ("POST", "/v1/files/download-urls", "files:read", {"object_keys": ["uploads/u1/a.mp3"]}),
    ("POST", "/v1/files/download-urls", "files:read", {"query": {}}),
    ("GET", "/v1/files/{id}", "files:read", None),
    ("PATCH", "/v1/files/{id}", "files:write", {"title": "of u1"}),
    ("GET", "/v1/files/{id}/download", "files:read", None),
    ("GET", "/v1/files/{id}/download?redirect=1", "files:read", None),
    ("DELETE", "/v1/files/{id}", "files:write", None),
    ("GET", "/v1/files/{id}/cover", "files:read", None),
    ("DELETE", "/v1/files/{id}/cover", "files:write", None),
    ("GET", "/v1/files/{id}/thumbnail", "files:read", None),
    ("GET", "/v1/files/{id}/media", "files:read", None),
    ("GET", "/v1/files/{id}/media/master.m3u8", "files:read", None),
    ("GET", "/v1/jobs", "files:read", None),
    ("GET", "/v1/files/{id}/jobs", "files:read", None),
    ("POST", "/v1/files/{id}/jobs/image/retry", "files:write", None),
    ("POST", "/v1/listens", "files:read", {"session_id": "a-session", "listens": []}),
    ("GET", "/v1/history", "files:read", None),
    ("DELETE", "/v1/history", "files:read", None),
    ("DELETE", "/v1/history/{id}", "files:read", None),
    ("GET", "/v1/history/unfinished", "files:read", None),
    ("GET", "/v1/history/settings", "files:read", None),
    ("PUT", "/v1/history/settings", "files:read", {"enabled": False}),
    ("GET", "/v1/files/{id}/plays", "files:read", None),
    ("GET", "/v1/moods", "files:read", None),
    ("GET", "/v1/artists", "files:read", None),
    ("GET", "/v1/albums", "files:read", None),
    ("GET", "/v1/recommendations", "files:read", None),
    ("POST", "/v1/radio", "files:read", {}),
    ("GET", "/s3/upload-url?key=uploads/u1/a.mp3", "uploads:write", None),
    ("GET", "/s3/download-url?key=uploads/u1/a.mp3", "files:read", None),
    ("GET", "/s3/params?filename=a.mp3&type=audio/mpeg", "uploads:write", None),
    ("POST", "/s3/multipart", "uploads:write", UPPYS),
    ("GET", "/s3/multipart/{id}", "uploads:write", None),
    ("GET", "/s3/multipart/{id}/1", "uploads:write", None),
    ("GET", "/s3/multipart/{id}/batch?partNumbers=1", "uploads:write", None),
    ("POST", "/s3/multipart/{id}/complete", "uploads:write", {"parts": [{"PartNumber": 1, "ETag": "x"}]}),
    ("DELETE", "/s3/multipart/{id}", "uploads:write", None),
    ("POST", "/s3/presign", "uploads:write", {"method": "PUT", "key": "a.mp3", "contentType": "audio/mpeg"}),
    ("POST", "/songs", "uploads:write", SONG),
    ("GET", "/songs", "files:read", None),
]
# Those whose id is that of a file or an upload.
WITH_ID = [endpoint for endpoint in ENDPOINTS if "{id}" in endpoint[1] and "/history/" not in endpoint[1]]
