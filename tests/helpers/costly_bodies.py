"""Bodies that cost their sender little and could cost the service much."""

import json

from service.shared.api.json_bodies import MAX_FIELDS
from tests.helpers.api import A_SONG, UNKNOWN_ID

METADATA = ("mood", "title", "artist", "album", "duration_seconds", "tags", "visibility")
WRONG: dict[str, dict[str, str]] = {name: {} for name in (*A_SONG, *METADATA, "checksum", "fingerprint", "cover_of")}


def fields(count: int, value: str = "1") -> str:
    return "{" + ",".join(f'"{index:x}":{value}' for index in range(count)) + "}"


def rows(row: str, count: int) -> str:
    return '{"uploads":[' + ",".join([row] * count) + "]}"


BODIES: dict[str, tuple[str, str]] = {
    "a megabyte of fields": ("/v1/uploads", fields(100_000)),
    "a megabyte of fields for a song": ("/songs", fields(100_000)),
    "one field too many": ("/v1/uploads", fields(MAX_FIELDS + 1)),
    "fields within fields": ("/s3/multipart", f'{{"filename":"a","type":"b","metadata":{fields(MAX_FIELDS + 1)}}}'),
    "as many fields as there may be": ("/v1/uploads", fields(MAX_FIELDS)),
    "eight megabytes of fields": ("/v1/uploads/batch", fields(800_000)),
    "rows of many fields": ("/v1/uploads/batch", rows(fields(700), 990)),
    "rows of some fields": ("/v1/uploads/batch", rows(fields(90), 990)),
    "rows of a field": ("/v1/uploads/batch", rows('{"a":1}', 990)),
    "empty rows": ("/v1/uploads/batch", rows("{}", 990)),
    "rows that are wrong": ("/v1/uploads/batch", rows(json.dumps(WRONG), 990)),
    "millions of objects": ("/v1/uploads/batch", rows("{}", 2_600_000)),
    "millions of lists": ("/v1/uploads/batch", rows("[]", 2_600_000)),
    "millions of numbers": ("/v1/uploads/batch", rows("1.5", 1_900_000)),
    "millions of texts": ("/v1/uploads/batch", rows('"a"', 1_900_000)),
    "too many objects": ("/v1/uploads/batch", rows("{}", 60_000)),
    "ids that are none": ("/v1/uploads/confirm", json.dumps({"upload_ids": ["x"] * 90_000})),
    "keys that are none": ("/v1/files/download-urls", json.dumps({"object_keys": [1] * 90_000})),
    "tags that are none": ("/v1/uploads", json.dumps({**A_SONG, "tags": [1] * 90_000})),
    "parts that are none": (f"/v1/uploads/{UNKNOWN_ID}/confirm", json.dumps({"parts": [{}] * 9_000})),
    "parts of many fields": (f"/v1/uploads/{UNKNOWN_ID}/urls", f'{{"parts":[{",".join([fields(95)] * 1000)}]}}'),
    "checksums of many fields": (
        "/v1/uploads/batch",
        rows(json.dumps(A_SONG)[:-1] + f',"checksum":{fields(95)}}}', 990),
    ),
    "listens that are none": ("/v1/listens", json.dumps({"session_id": "a-session", "listens": [{}] * 9_000})),
    "a long name": ("/v1/uploads", json.dumps({**A_SONG, "filename": "x" * 1_000_000})),
    "a long name of a field": ("/v1/uploads", json.dumps({**A_SONG, "x" * 1_000_000: 1})),
    "a long type": ("/v1/uploads", json.dumps({**A_SONG, "content_type": "x" * 1_000_000})),
}
