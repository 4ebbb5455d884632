"""/v1/files and /v1/moods: list, show, edit, download, delete."""

from dataclasses import replace

from flask import Response

from service.shared.api.blueprints import secured_blueprint
from service.shared.api.compression import compressor
from service.shared.api.conditions import revisions_asked, unchanged_or
from service.shared.api.context import (
    answer,
    caller,
    now,
)
from service.shared.api.contract import (
    BODY,
    UNCHANGED,
    problems,
)
from service.shared.api.redirects import read_method, redirect_to
from service.shared.call_limits import DOWNLOADS
from service.shared.errors import NotFound, PreconditionFailed
from service.shared.scopes import FILES_READ, FILES_WRITE
from service.uploads.api.cursors import cursors
from service.uploads.api.ports import ready_ports
from service.uploads.api.reading import build_count, build_query
from service.uploads.api.rendering import file_answer, group_answer, shown_to
from service.uploads.api.schemas.files import (
    DownloadAnswer,
    DownloadQuery,
    FileAnswer,
    FileEdits,
    FilePath,
    FilesPage,
    FilesQuery,
    GroupsPage,
    GroupsQuery,
    MoodCount,
    MoodsAnswer,
    MoodsQuery,
)
from service.uploads.model import Upload
from service.uploads.queries import GroupBy, Position
from service.uploads.usecases.access import shown_to_editor
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.files.download import DownloadOptions, presign_download
from service.uploads.usecases.files.edit import edit_file
from service.uploads.usecases.files.read import count_by_mood, get_file, list_groups, list_rows
from service.uploads.usecases.replacements import confirmed_at_of

blueprint = secured_blueprint(
    "files",
    "/v1",
    tag="files",
    scopes=(FILES_READ,),
    call_scopes={"edit": (FILES_WRITE,), "delete": (FILES_WRITE,)},
    limited={"download": DOWNLOADS},
)


@blueprint.get("/files", responses={200: FilesPage} | UNCHANGED)
@compressor.compressed()
def index(query: FilesQuery) -> Response:
    """List your own or public files, filtered and sorted, by page."""
    ports, who = ready_ports(), caller()
    filters = query.model_dump(exclude={"limit", "cursor"}) | {"list": "files", "caller": who.owner}
    requested = build_query(query, who, cursors().read(query.cursor, filters))
    page = list_rows(ports, who, requested)
    # The page is full, so more may follow.
    cursor = cursors().after(page.end, filters) if page.end and len(page.rows) == query.limit else None
    # As a FilesPage says, in plain values.
    return unchanged_or(answer({"files": [shown_to(who, row) for row in page.rows], "next_cursor": cursor}))


@blueprint.get("/files/<id:file_id>", responses={200: FileAnswer} | UNCHANGED | problems(NotFound))
def show(path: FilePath) -> Response:
    """Show one file."""
    return _one(get_file(ready_ports(), caller(), path.file_id))


@blueprint.patch("/files/<id:file_id>", responses={200: FileAnswer} | BODY | problems(NotFound, PreconditionFailed))
def edit(path: FilePath, body: FileEdits) -> Response:
    """Change a file's name and metadata; null removes a field. With If-Match, only if nobody else has changed it."""
    ports, who = ready_ports(), caller()
    edits, revisions = body.model_dump(exclude_unset=True), revisions_asked(path.file_id)
    file = edit_file(ports, who, path.file_id, edits, revisions=revisions)
    return _one(shown_to_editor(who, file, edits))


def _one(file: Upload) -> Response:
    response = answer(file_answer(file, caller()))
    response.set_etag(f"{file.upload_id}.{file.revision}-{file.derived_revision}")
    return unchanged_or(response)


@blueprint.get("/files/<id:file_id>/download", responses={200: DownloadAnswer, 302: None} | problems(NotFound))
def download(path: FilePath, query: DownloadQuery) -> Response:
    """Get a URL that downloads the file under its own name, or a redirect to that URL."""
    ports, who = ready_ports(), caller()
    options = DownloadOptions(inline=query.disposition == "inline", expires_in=query.expires_in)
    redirects = query.redirect == "1"
    if redirects:
        options = replace(options, method=read_method())
    file = get_file(ports, who, path.file_id)
    signed = presign_download(ports, who, file, options)
    if redirects:
        return redirect_to(signed.url)
    result = DownloadAnswer(
        file_id=path.file_id,
        method="GET",
        url=signed.url,
        headers={},
        etag=file.etag or "",
        confirmed_at=confirmed_at_of(file),
        expires_at=signed.expires_at,
        server_time=now(),
    )
    return answer(result)


@blueprint.delete("/files/<id:file_id>", responses={204: None} | problems(NotFound))
def delete(path: FilePath) -> Response:
    """Delete the file and its bytes."""
    delete_file(ready_ports(), caller(), path.file_id)
    return Response(status=204)


@blueprint.get("/moods", responses={200: MoodsAnswer})
def moods(query: MoodsQuery) -> Response:
    """List the moods, with the number of your files for each, or of those that match the filters."""
    ports, who = ready_ports(), caller()
    counts = count_by_mood(ports, who, build_count(query, who))
    rows = [MoodCount(mood=mood, files=count) for mood, count in counts.items() if mood is not None]
    return answer(MoodsAnswer(moods=rows, files=counts[None], server_time=now()))


@blueprint.get("/artists", responses={200: GroupsPage} | UNCHANGED)
@compressor.compressed()
def artists(query: GroupsQuery) -> Response:
    """List your artists by name, with the number of files that match and an example of each."""
    return _groups(query, GroupBy.ARTIST)


@blueprint.get("/albums", responses={200: GroupsPage} | UNCHANGED)
@compressor.compressed()
def albums(query: GroupsQuery) -> Response:
    """List your albums by name, likewise. Albums of one name are one."""
    return _groups(query, GroupBy.ALBUM)


def _groups(query: GroupsQuery, by: GroupBy) -> Response:
    ports, who = ready_ports(), caller()
    filters = query.model_dump(exclude={"limit", "cursor"}) | {"list": by.value, "caller": who.owner}
    after = cursors().read(query.cursor, filters)
    listed = list_groups(ports, who, build_count(query, who), by, str(after.value) if after else "", query.limit)
    groups = [group_answer(group, by, file, who) for group, file in listed]
    end = Position(listed[-1][0].key, listed[-1][0].first_id) if len(listed) == query.limit else None
    cursor = cursors().after(end, filters) if end else None
    return unchanged_or(answer({"groups": groups, "next_cursor": cursor}))
