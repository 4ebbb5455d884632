"""The commands `ls`, `url`, `rm` and `edit`."""

import csv
import re
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from moodrop import Client, File, MoodropError
from moodrop.cli.durations import duration_text
from moodrop.cli.failures import CommandError
from moodrop.cli.ids import ids_of
from moodrop.cli.options import FileIds, Json
from moodrop.cli.profile import connect
from moodrop.cli.report import Report, printable, write
from moodrop.model import METADATA_FIELDS, Sort

# The characters that start a formula in a spreadsheet, also in full width, at the start of a cell. Where decimals have
# a comma, spreadsheets take a semicolon for the end of a cell.
FORMULA = re.compile(r"(^|;)(\s*)(?=[=+\-@＝＋－＠])")  # noqa: RUF001  not the letters they look like
COLUMNS = ("file_id", "filename", "content_type", "size_bytes", *METADATA_FIELDS, "created_at")


def ls(
    mood: Annotated[str | None, typer.Option(help="Only this mood.")] = None,
    query: Annotated[
        str | None, typer.Option("--query", "-q", help="Words in the title, artist, album, tags or file name.")
    ] = None,
    tag: Annotated[str | None, typer.Option(help="Only this tag.")] = None,
    content_type: Annotated[str | None, typer.Option(help="Only this type, such as audio/mpeg or audio/*.")] = None,
    public: Annotated[bool, typer.Option("--public", help="Show everyone's public files.")] = False,
    sort: Annotated[Sort, typer.Option(help="Sort order.")] = "newest",
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV with a header row.")] = False,
) -> None:
    """List files.

    Columns: id, size in bytes, mood, title, artist, album, duration, name.
    """
    if as_json and as_csv:
        raise CommandError("choose one of --json and --csv")
    report = Report(as_json=as_json)
    with connect() as client:
        files = client.iter_files(
            mood=mood,
            q=query,
            tag=tag,
            content_type=content_type,
            owner="public" if public else "me",
            sort=sort,
        )
        if as_csv:
            _write_csv(files)
        else:
            for file in files:
                report.result(file, *_cells(file))


def _cells(file: File) -> tuple[object, ...]:
    metadata = (file.mood, file.title, file.artist, file.album, duration_text(file.duration_seconds))
    return (file.file_id, file.size_bytes, *metadata, file.filename)


class _Out:
    """Takes the rows of the CSV writer."""

    def write(self, line: str) -> None:
        write(line)


def _write_csv(files: Iterable[File]) -> None:
    rows = csv.writer(_Out(), lineterminator="\n")
    rows.writerow(COLUMNS)
    for file in files:
        cells = {name: getattr(file, name) for name in COLUMNS}
        texts = {**cells, "tags": ",".join(file.tags), "created_at": file.created_at.isoformat()}
        rows.writerow([no_formula(printable(cell)) if isinstance(cell, str) else cell for cell in texts.values()])


def no_formula(cell: str) -> str:
    """Return the cell so that no spreadsheet evaluates it, because the uploader may be a stranger.

    OWASP recommends this: https://owasp.org/www-community/attacks/CSV_Injection
    """
    return FORMULA.sub(r"\1'\2", cell)


def url(
    file_ids: FileIds,
    expires_in: Annotated[
        int | None, typer.Option(min=1, help="Lifetime in seconds (default: the server's setting).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a temporary download URL for each file."""
    report = Report(as_json=as_json)
    with connect() as client:
        ids = list(ids_of(file_ids, report))
        for file_id, row in zip(ids, client.download_urls(ids, expires_in=expires_in), strict=True):
            if row.error:
                report.failed(file_id, row.error)
            else:
                report.result({"file_id": file_id, "url": row.url, "expires_at": row.expires_at}, row.url)
    report.finish()


def rm(file_ids: FileIds, as_json: Json = False) -> None:
    """Permanently delete files."""
    report = Report(as_json=as_json)
    with connect() as client:
        for file_id in ids_of(file_ids, report):
            try:
                client.delete_file(file_id)
            except MoodropError as error:
                report.failed(file_id, error)
            else:
                report.result({"file_id": file_id, "deleted": True}, file_id)
    report.finish()


def edit(
    file_ids: FileIds,
    mood: Annotated[str | None, typer.Option(help="Mood; '' removes it.")] = None,
    title: Annotated[str | None, typer.Option(help="Title; '' removes it.")] = None,
    artist: Annotated[str | None, typer.Option(help="Artist; '' removes it.")] = None,
    album: Annotated[str | None, typer.Option(help="Album; '' removes it.")] = None,
    tags: Annotated[
        list[str] | None, typer.Option("--tag", help="Replaces all tags (repeatable); '' removes them.")
    ] = None,
    filename: Annotated[str | None, typer.Option(help="The name that downloads get.")] = None,
    public: Annotated[bool | None, typer.Option("--public/--private", help="Who can see it.")] = None,
    cover: Annotated[str | None, typer.Option(metavar="PATH", help="A picture; '' removes it.")] = None,
    as_json: Json = False,
) -> None:
    """Edit metadata, file names and covers.

    Options you leave out stay unchanged.
    """
    texts = {"mood": mood, "title": title, "artist": artist, "album": album}
    edits: dict[str, Any] = {name: text or None for name, text in texts.items() if text is not None}
    if tags is not None:
        edits["tags"] = [tag for tag in tags if tag]
    if filename is not None:
        edits["filename"] = _one_name(filename, file_ids)
    if public is not None:
        edits["visibility"] = "public" if public else "private"
    if not edits and cover is None:
        raise CommandError("nothing to change: see moodrop edit --help")
    report = Report(as_json=as_json)
    with connect() as client:
        for file_id in ids_of(file_ids, report):
            try:
                file = _edited(client, file_id, edits, cover)
            except MoodropError as error:
                report.failed(file_id, error)
            else:
                report.result(file, file.file_id, file.mood, file.title, file.artist, file.filename)
    report.finish()


def _one_name(filename: str, file_ids: list[str]) -> str:
    """Return the name. Raises CommandError if it is empty, or for several files."""
    if not filename.strip():
        raise CommandError("--filename cannot be empty: a file always has a name")
    if len(file_ids) > 1 or "-" in file_ids:
        raise CommandError("--filename is for one file")
    return filename


def _edited(client: Client, file_id: str, edits: dict[str, Any], cover: str | None) -> File:
    if cover:
        client.set_cover(file_id, cover)
    elif cover is not None:
        client.remove_cover(file_id)
    return client.edit_file(file_id, **edits) if edits else client.get_file(file_id)
