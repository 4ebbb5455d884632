"""What a caller reads about an invalid field: the rule, and never pydantic's words or a regular expression."""

from typing import Any

import pytest
from pydantic import ValidationError

from service.accounts.api.schemas import UploadTokenRequest
from service.shared.api.problems import validation_failed
from service.uploads.api.schemas.files import FilePath, FilesQuery
from service.uploads.api.schemas.uploads import UploadRequest
from tests.helpers.api import A_SONG


def detail(model: Any, body: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(body)
    return validation_failed(caught.value).detail


@pytest.mark.parametrize(
    ("model", "body", "message"),
    [
        (FilePath, {"file_id": "nope"}, "file_id: is not an id: ids have 26 characters, such as"),
        (UploadRequest, {}, "filename, content_type, size_bytes: is required"),
        (UploadRequest, {**A_SONG, "filename": ""}, "filename: must not be empty"),
        (UploadRequest, {**A_SONG, "title": "x" * 201}, "title: must have at most 200 characters"),
        (UploadRequest, {**A_SONG, "title": "a\nb"}, "title: must be one line without control characters"),
        (UploadRequest, {**A_SONG, "title": "\ud800"}, "title: must be valid Unicode text"),
        (UploadRequest, {**A_SONG, "title": 7}, "title: must be text"),
        (UploadRequest, {**A_SONG, "size_bytes": -1}, "size_bytes: must be 0 or more"),
        (UploadRequest, {**A_SONG, "size_bytes": "7"}, "size_bytes: must be a whole number"),
        (UploadRequest, {**A_SONG, "duration_seconds": 604_801}, "duration_seconds: must be 604800 or less"),
        (UploadRequest, {**A_SONG, "tags": ["x"] * 21}, "tags: must have at most 20 items"),
        (UploadRequest, {**A_SONG, "tags": "live"}, "tags: must be a list"),
        (UploadRequest, {**A_SONG, "visibility": "Public"}, "visibility: must be 'private' or 'public'"),
        (UploadRequest, {**A_SONG, "checksum": "x"}, "checksum: must be an object"),
        (UploadRequest, {**A_SONG, "titel": "x"}, "titel: is not a known field"),
        (FilesQuery, {"sort": "size"}, "sort: must be 'newest', 'oldest', 'title', 'artist', 'album' or 'longest'"),
        (FilesQuery, {"content_type": "audio"}, "content_type: must be a type such as audio/mpeg or audio/*"),
        (FilesQuery, {"limit": "1.0"}, "limit: must be a whole number, in digits"),
        (FilesQuery, {"limit": "201"}, "limit: must be 200 or less"),
        (UploadTokenRequest, {"prefix": "uploads"}, "prefix: must end with /"),
    ],
)
def test_the_rule_is_told_in_plain_words(model: Any, body: dict[str, Any], message: str) -> None:
    """So the reader knows what to send."""
    assert detail(model, body).startswith(message)
