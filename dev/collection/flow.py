"""The steps of the collection in order: what a client does with the service, from health check to last delete."""

import base64
import hashlib
from typing import Any

from dev.collection.account_steps import ACCOUNTS
from dev.collection.history_steps import HISTORY
from dev.collection.recommendation_steps import RECOMMENDATIONS
from dev.collection.steps import Call, Example, Folder, ToStore

CONTENT = "ID3, says a song"
SIZE_BYTES = len(CONTENT.encode())
CHECKSUM = {"algorithm": "sha256", "value_base64": base64.b64encode(hashlib.sha256(CONTENT.encode()).digest()).decode()}
SONG = Example("UploadRequest", size_bytes=SIZE_BYTES, checksum=CHECKSUM, mood="{{mood}}")
COVER = {"filename": "cover.png", "content_type": "image/png", "size_bytes": SIZE_BYTES, "cover_of": "{{file_id}}"}
VARIABLES = {"content": CONTENT}

# The sender of the body sets the length; all other headers are sent as signed.
SIGNED_HEADERS = (
    'const headers = Object.entries(JSON.parse(pm.collectionVariables.get("put_headers")));',
    'const given = headers.filter(([name]) => name !== "content-length");',
    "given.forEach(([key, value]) => pm.request.headers.upsert({ key, value }));",
)
BAD_TOKEN = "not-a-token"  # noqa: S105 - that is the point
SAME_CONTENT = 'pm.expect(pm.response.text()).to.equal(pm.collectionVariables.get("content"))'
ONLY_WITH_TOKENS = 'if (pm.collectionVariables.get("auth_mode") !== "jwt") pm.execution.skipRequest();'
NOT_IN_OPEN_MODE = 'if (pm.collectionVariables.get("auth_mode") === "open") pm.execution.skipRequest();'


def equals(path: str, value: str) -> str:
    return f"pm.expect({path}).to.equal({value})"


def variable(name: str) -> str:
    return f'pm.collectionVariables.get("{name}")'


def holds(list_of_ids: str, name: str) -> str:
    return f"pm.expect({list_of_ids}).to.include({variable(name)})"


def refused_call(status: int, code: str, operation: str, case: str, **more: Any) -> Call:
    """Return a call that the service refuses with this problem."""
    checks = {f"the code is {code}": equals("answer.code", f'"{code}"')}
    return Call(operation=operation, status=status, case=case, checks=checks, **more)


def send_bytes(name: str, description: str, *, status: int = 200) -> ToStore:
    return ToStore(
        name=name,
        description=description,
        status=status,
        method="PUT",
        url="put_url",
        body="{{content}}",
        before=SIGNED_HEADERS,
    )


def download_bytes(url: str) -> ToStore:
    return ToStore(
        name="Download the bytes from the store",
        description="No token: the URL is one.",
        status=200,
        method="GET",
        url=url,
        checks={"they are those that were sent": SAME_CONTENT},
    )


EXPLORE = Folder(
    "Look around",
    [
        Call(operation="GET /healthz", status=200),
        Call(operation="GET /readyz", status=200, checks={"all is well": equals("answer.status", '"ready"')}),
        Call(
            operation="GET /v1/session",
            status=200,
            checks={"moods are offered": "pm.expect(answer.limits.moods).to.not.be.empty"},
            saves={"auth_mode": "answer.auth_mode", "mood": "answer.limits.moods[0]"},
        ),
        Call(
            operation="GET /v1/moods",
            status=200,
            checks={"the mood is among them": holds("answer.moods.map(one => one.mood)", "mood")},
        ),
    ],
)

UPLOAD = Folder(
    "Upload a file",
    [
        Call(
            operation="POST /v1/uploads",
            status=201,
            body=SONG,
            checks={"the length is signed": equals('answer.transfer.headers["content-length"]', f'"{SIZE_BYTES}"')},
            saves={"upload_id": "answer.upload_id"},
        ),
        refused_call(409, "object_missing", "POST /v1/uploads/{upload_id}/confirm", "too early"),
        Call(
            operation="GET /v1/uploads",
            status=200,
            query={"status": "pending"},
            checks={"the upload is pending": holds("answer.uploads.map(one => one.upload_id)", "upload_id")},
        ),
        Call(
            operation="GET /v1/uploads/{upload_id}",
            status=200,
            checks={"it is pending": equals("answer.status", '"pending"')},
        ),
        Call(
            operation="POST /v1/uploads/{upload_id}/urls",
            status=200,
            checks={"it is the same upload": equals("answer.upload_id", variable("upload_id"))},
            saves={"put_url": "answer.transfer.url", "put_headers": "JSON.stringify(answer.transfer.headers)"},
        ),
        send_bytes("Send the bytes to the store", "With the headers of the answer: they were signed."),
        send_bytes("Send them again: refused", "The URL stores once: 412 says that they are there.", status=412),
        Call(
            operation="POST /v1/uploads/{upload_id}/confirm",
            status=200,
            checks={"the size is as declared": equals("answer.size_bytes", str(SIZE_BYTES))},
            saves={"file_id": "answer.file_id", "etag": "answer.etag"},
        ),
        Call(
            operation="POST /v1/uploads/{upload_id}/confirm",
            status=200,
            case="again",
            checks={"it is the same file": equals("answer.etag", variable("etag"))},
        ),
    ],
)

FILES = Folder(
    "Use the file",
    [
        Call(
            operation="GET /v1/files",
            status=200,
            query={"mood": "{{mood}}", "sort": "newest"},
            checks={"the file is listed": holds("answer.files.map(one => one.file_id)", "file_id")},
        ),
        Call(
            operation="GET /v1/files/{file_id}",
            status=200,
            checks={"it has its mood": equals("answer.mood", variable("mood"))},
            saves={"state": 'pm.response.headers.get("ETag")'},
        ),
        Call(
            operation="PATCH /v1/files/{file_id}",
            status=200,
            headers={"If-Match": "{{state}}"},
            body={"title": "New", "artist": None},
            checks={
                "the title is new": equals("answer.title", '"New"'),
                "the artist is gone": equals("answer.artist", "null"),
            },
        ),
        refused_call(
            412,
            "file_changed",
            "PATCH /v1/files/{file_id}",
            "of an older state",
            headers={"If-Match": "{{state}}"},
            body={"title": "Newer"},
        ),
        Call(
            operation="GET /v1/artists",
            status=200,
            checks={"there is a list": "pm.expect(answer.groups).to.be.an('array')"},
        ),
        Call(
            operation="GET /v1/albums",
            status=200,
            checks={"there is a list": "pm.expect(answer.groups).to.be.an('array')"},
        ),
        Call(
            operation="POST /v1/files/download-urls",
            status=200,
            body={"file_ids": ["{{file_id}}"], "expires_in": 600},
            checks={"there is one": equals("answer.results.length", "1")},
            saves={"download_url": "answer.results[0].url"},
        ),
        download_bytes("download_url"),
        Call(
            operation="GET /v1/files/{file_id}/download",
            status=200,
            query={"disposition": "inline"},
            checks={"it is a GET": equals("answer.method", '"GET"')},
        ),
        Call(
            operation="GET /v1/files/{file_id}/download",
            status=302,
            case="redirected",
            query={"redirect": "1"},
            saves={"download_url": 'pm.response.headers.get("Location")'},
        ),
        download_bytes("download_url"),
        Call(
            operation="GET /v1/files/{file_id}/media",
            status=200,
            checks={"no rendition is made of it": equals("answer.playlist", "null")},
        ),
        refused_call(
            404, "media_missing", "GET /v1/files/{file_id}/media/{name}.m3u8", "none is made", path={"name": "master"}
        ),
        refused_call(404, "thumbnail_missing", "GET /v1/files/{file_id}/thumbnail", "none yet"),
        refused_call(404, "cover_missing", "GET /v1/files/{file_id}/cover", "none yet"),
        Call(
            operation="POST /v1/uploads",
            status=201,
            case="of a cover",
            body=COVER,
            saves={
                "cover_id": "answer.upload_id",
                "put_url": "answer.transfer.url",
                "put_headers": "JSON.stringify(answer.transfer.headers)",
            },
        ),
        send_bytes("Send the picture", "To the store, as any bytes."),
        Call(
            operation="POST /v1/uploads/{upload_id}/confirm",
            status=200,
            case="the cover",
            path={"upload_id": "{{cover_id}}"},
            checks={"the file has it": equals("answer.cover_id", variable("cover_id"))},
        ),
        Call(
            operation="GET /v1/files/{file_id}/cover",
            status=302,
            query={"cover_id": "{{cover_id}}"},
            saves={"download_url": 'pm.response.headers.get("Location")'},
        ),
        download_bytes("download_url"),
        Call(
            operation="GET /v1/files/{file_id}/thumbnail",
            status=302,
            case="the cover",
            query={"width": "96", "v": "{{cover_id}}"},
            saves={"download_url": 'pm.response.headers.get("Location")'},
        ),
        download_bytes("download_url"),
        Call(operation="DELETE /v1/files/{file_id}/cover", status=204),
        *RECOMMENDATIONS,
        Call(
            operation="GET /v1/files/{file_id}/jobs",
            status=200,
            checks={"they are a list": 'pm.expect(answer.jobs).to.be.an("array")'},
        ),
        Call(
            operation="GET /v1/jobs",
            status=200,
            query={"state": "failed", "limit": "10"},
            checks={"none has failed": "pm.expect(answer.jobs).to.be.empty"},
        ),
        refused_call(
            404,
            "job_not_found",
            "POST /v1/files/{file_id}/jobs/{kind}/retry",
            "of no such kind",
            path={"kind": "none"},
        ),
        *HISTORY,
        Call(operation="DELETE /v1/files/{file_id}", status=204),
        Call(operation="DELETE /v1/files/{file_id}", status=204, case="again"),
        refused_call(404, "file_not_found", "GET /v1/files/{file_id}", "deleted"),
    ],
)

MANY = Folder(
    "Many at once",
    [
        Call(
            operation="POST /v1/uploads/batch",
            status=200,
            body={"uploads": [SONG, SONG, Example("UploadRequest", content_type="text/plain")]},
            checks={
                "two are taken": "pm.expect(answer.results.filter(row => row.upload)).to.have.lengthOf(2)",
                "one is refused": equals("answer.results[2].error.code", '"content_type_not_allowed"'),
            },
            saves={
                "upload_id": "answer.results[0].upload.upload_id",
                "unwanted_id": "answer.results[1].upload.upload_id",
                "put_url": "answer.results[0].upload.transfer.url",
                "put_headers": "JSON.stringify(answer.results[0].upload.transfer.headers)",
            },
        ),
        send_bytes("Send the bytes of the first", "With the headers of its row."),
        Call(operation="DELETE /v1/uploads/{upload_id}", status=204, path={"upload_id": "{{unwanted_id}}"}),
        Call(
            operation="POST /v1/uploads/confirm",
            status=200,
            body={"upload_ids": ["{{upload_id}}", "{{unwanted_id}}"]},
            checks={
                "the first is a file": equals("answer.results[0].file.file_id", variable("upload_id")),
                "the second was given up": equals("answer.results[1].error.code", '"upload_aborted"'),
            },
        ),
        Call(operation="DELETE /v1/files/{file_id}", status=204, case="the first", path={"file_id": "{{upload_id}}"}),
    ],
)

SEED = Folder(
    "Clients that can sign no headers",
    [
        Call(
            operation="GET /s3/upload-url",
            status=200,
            query={"filename": "{{$guid}}.mp3"},
            saves={"put_url": "answer.url", "key": "answer.key"},
        ),
        ToStore(
            name="Send the bytes by the bare URL",
            description="Nothing but the key is signed.",
            status=200,
            method="PUT",
            url="put_url",
            headers={"Content-Type": "audio/mpeg"},
            body="{{content}}",
        ),
        Call(
            operation="POST /songs",
            status=201,
            body=Example("SongRequest", key="{{key}}", mood="{{mood}}"),
            checks={"the song has its key": equals("answer.song.key", variable("key"))},
            saves={"song_id": "answer.song.id"},
        ),
        Call(
            operation="GET /songs",
            status=200,
            query={"mood": "{{mood}}"},
            checks={"the song is listed": holds("answer.songs.map(song => song.id)", "song_id")},
        ),
        Call(
            operation="GET /s3/download-url",
            status=200,
            query={"key": "{{key}}"},
            saves={"download_url": "answer.url"},
        ),
        download_bytes("download_url"),
        Call(operation="DELETE /v1/files/{file_id}", status=204, case="the song", path={"file_id": "{{song_id}}"}),
        refused_call(400, "missing_key", "GET /s3/upload-url", "without a key"),
    ],
)

SIGN_IN = Folder(
    "Sign in",
    [
        Call(
            operation="POST /v1/session",
            status=201,
            before=[ONLY_WITH_TOKENS],
            checks={
                "no script of a page reads the cookie": 'pm.expect(pm.response.headers.get("Set-Cookie"))'
                '.to.include("HttpOnly")'
            },
        ),
        Call(operation="DELETE /v1/session", status=204, headers={"Origin": "{{base_url}}"}),
        Call(
            operation="POST /v1/upload-tokens",
            status=201,
            body={"expires_in": 60, "max_files": 1},
            checks={"Uppy gets an address": 'pm.expect(answer.companion_url).to.include("/u/")'},
        ),
    ],
)

UPPY = Folder(
    "What Uppy asks for",
    [
        Call(
            operation="POST /s3/multipart",
            status=200,
            body={"filename": "Tönë.mp3", "type": "audio/mpeg", "metadata": {"mood": "{{mood}}", "size": SIZE_BYTES}},
            saves={"upload_id": "answer.uploadId", "key": "answer.key"},
        ),
        Call(
            operation="GET /s3/multipart/{upload_id}/batch",
            status=200,
            query={"key": "{{key}}", "partNumbers": "1"},
            checks={"there is one": equals("Object.keys(answer.presignedUrls).length", "1")},
        ),
        Call(
            operation="GET /s3/multipart/{upload_id}/{part_number}",
            status=200,
            path={"part_number": "1"},
            query={"key": "{{key}}"},
            saves={"put_url": "answer.url"},
        ),
        ToStore(
            name="Send the one part",
            description="Its length is signed, and set by whoever sends it.",
            status=200,
            method="PUT",
            url="put_url",
            body="{{content}}",
        ),
        Call(
            operation="GET /s3/multipart/{upload_id}",
            status=200,
            query={"key": "{{key}}"},
            checks={"the part is there": equals("answer[0].Size", str(SIZE_BYTES))},
            saves={"part_etag": "JSON.parse(answer[0].ETag)"},
        ),
        Call(
            operation="POST /s3/multipart/{upload_id}/complete",
            status=200,
            query={"key": "{{key}}"},
            body={"parts": [{"PartNumber": 1, "ETag": "{{part_etag}}"}]},
            checks={"it is the upload": equals("answer.id", variable("upload_id"))},
        ),
        Call(operation="DELETE /s3/multipart/{upload_id}", status=200, case="a file by now", query={"key": "{{key}}"}),
        Call(operation="DELETE /v1/files/{file_id}", status=204, case="Uppy's", path={"file_id": "{{upload_id}}"}),
        Call(
            operation="GET /s3/params",
            status=200,
            query={"filename": "song.mp3", "type": "audio/mpeg"},
            checks={"it is a form": equals("answer.method", '"POST"')},
            saves={"upload_id": "answer.fields.key.match(/[0-9A-Z]{26}/g).pop()"},
        ),
        Call(operation="DELETE /v1/uploads/{upload_id}", status=204, case="the form's"),
        Call(
            operation="POST /s3/presign",
            status=200,
            body={"method": "POST", "key": "song.mp3", "contentType": "audio/mpeg"},
            checks={"the key is the service's": "pm.expect(answer.key).to.match(/^uploads/)"},
            saves={"upload_id": "answer.key.match(/[0-9A-Z]{26}/g).pop()"},
        ),
        Call(operation="DELETE /v1/uploads/{upload_id}", status=204, case="the signed one"),
    ],
)

REFUSED = Folder(
    "What is refused",
    [
        refused_call(400, "invalid_json", "POST /v1/uploads", "half a body", body='{"filename": '),
        refused_call(
            422,
            "validation_failed",
            "POST /v1/uploads",
            "a negative size",
            body=Example("UploadRequest", size_bytes=-1),
        ),
        refused_call(
            415,
            "content_type_not_allowed",
            "POST /v1/uploads",
            "a type that is not accepted",
            body=Example("UploadRequest", content_type="text/html"),
        ),
        refused_call(
            422,
            "mood_not_allowed",
            "POST /v1/uploads",
            "no such mood",
            body=Example("UploadRequest", mood="no mood of yours"),
        ),
        refused_call(401, "token_invalid", "GET /v1/files", "a bad token", token=BAD_TOKEN, before=[NOT_IN_OPEN_MODE]),
    ],
)

FLOW = (EXPLORE, UPLOAD, FILES, MANY, SEED, UPPY, SIGN_IN, REFUSED, *ACCOUNTS)
