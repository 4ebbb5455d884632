"""The unchanged calls of the seed's own client: /s3/upload-url, /s3/download-url, /songs.

Such a client names the key and cannot send signed headers, so its uploads are staged: see confirming/staged.py.
"""

from flask import Response

from service.companion.api.ports import ready_ports
from service.companion.api.seed_schemas import (
    KeyQuery,
    SeedUrl,
    Song,
    SongAnswer,
    SongRequest,
    SongsAnswer,
    SongsQuery,
    UploadKeyQuery,
)
from service.shared.api.blueprints import secured_blueprint
from service.shared.api.context import (
    answer,
    caller,
    now,
)
from service.shared.api.contract import (
    BODY,
    LIVE_UPLOAD,
    NEW_UPLOAD,
    problems,
)
from service.shared.call_limits import CONFIRMS, DOWNLOADS, STARTS
from service.shared.errors import Conflict
from service.shared.model import Caller
from service.shared.scopes import FILES_READ, FILES_WRITE, UPLOADS_WRITE, may
from service.store.prefixes import FINAL_PREFIX
from service.uploads import file_names
from service.uploads.errors import MissingKey
from service.uploads.metadata import metadata_of
from service.uploads.model import Upload
from service.uploads.object_keys import owner_slug
from service.uploads.ports import Ports
from service.uploads.queries import UploadQuery
from service.uploads.usecases.access import shown_to_editor
from service.uploads.usecases.files.by_key import find_by_key
from service.uploads.usecases.files.download import DownloadOptions, presign_download
from service.uploads.usecases.files.read import list_files
from service.uploads.usecases.starting.start import start_staged

blueprint = secured_blueprint(
    "seed",
    "",
    tag="seed",
    call_scopes={
        "upload_url": (UPLOADS_WRITE,),
        "download_url": (FILES_READ,),
        # Either scope may be enough: it depends on whether the key has a file already.
        "add_song": (UPLOADS_WRITE, FILES_WRITE),
        "list_songs": (FILES_READ,),
    },
    writing_reads=("upload_url",),
    limited={"upload_url": STARTS, "download_url": DOWNLOADS, "add_song": CONFIRMS},
)

# Playing a list of songs takes longer than a URL with DOWNLOAD_URL_EXPIRES_IN lives.
SONG_URL_EXPIRES_IN = 3600
MAX_SONGS = 1000


@blueprint.get("/s3/upload-url", responses={200: SeedUrl} | problems(Conflict) | NEW_UPLOAD)
def upload_url(query: UploadKeyQuery) -> Response:
    """Get a URL for a PUT to a key of your choice. If the key already has a file, this needs files:write."""
    ports, who = ready_ports(), caller()
    key = query.key
    if not key and query.filename:
        key = f"{FINAL_PREFIX}/{owner_slug(who.owner)}/{file_names.clean(query.filename)}"
    if not key:
        raise MissingKey
    upload, transfer = start_staged(ports, who, key)
    return answer(
        SeedUrl(
            url=transfer.url, key=key, upload_id=upload.upload_id, expires_at=transfer.expires_at, server_time=now()
        )
    )


@blueprint.get("/s3/download-url", responses={200: SeedUrl} | LIVE_UPLOAD)
def download_url(query: KeyQuery) -> Response:
    """Get a URL for the file of a key. An upload that has arrived is confirmed first."""
    if not query.key:
        raise MissingKey
    ports, who = ready_ports(), caller()
    file = find_by_key(ports, who, query.key)
    signed = presign_download(ports, who, file, DownloadOptions())
    return answer(
        SeedUrl(url=signed.url, key=query.key, file_id=file.upload_id, expires_at=signed.expires_at, server_time=now())
    )


@blueprint.post("/songs", responses={201: SongAnswer} | BODY | LIVE_UPLOAD)
def add_song(body: SongRequest) -> Response:
    """Record the song that was sent to `key`. Changing a song that is already recorded needs files:write."""
    ports, who = ready_ports(), caller()
    metadata = metadata_of(body)
    file = shown_to_editor(who, find_by_key(ports, who, body.key, metadata), metadata.model_dump(exclude_none=True))
    return answer(SongAnswer(message="Song saved", song=_song(ports, who, file)), 201)


@blueprint.get("/songs", responses={200: SongsAnswer})
def list_songs(query: SongsQuery) -> Response:
    """List your songs, newest first, at most 1000. For pages, use GET /v1/files."""
    ports, who = ready_ports(), caller()
    songs = list_files(ports, who, UploadQuery(who.owner, mood=query.mood, limit=MAX_SONGS))
    return answer(SongsAnswer(message="Songs fetched", songs=[_song(ports, who, file) for file in songs]))


def _song(ports: Ports, who: Caller, file: Upload) -> Song:
    options = DownloadOptions(inline=True, expires_in=SONG_URL_EXPIRES_IN)
    may_play = may(who, FILES_READ) and not file.threat
    url = presign_download(ports, who, file, options).url if may_play else None
    return Song(
        id=file.upload_id,
        title=file.metadata.title,
        artist=file.metadata.artist,
        mood=file.metadata.mood,
        key=file.object_key,
        audioFile=url,
    )
