"""The command `upload`."""

from typing import Annotated

import typer

from moodrop import Client
from moodrop.cli.failures import CommandError
from moodrop.cli.files_to_send import STDIN, FileToSend, find_files, sendable
from moodrop.cli.left_out import LeftOut
from moodrop.cli.options import Album, Artist, Checksum, FollowLinks, Json, Mood, Parallel, Public, Tags, Title
from moodrop.cli.profile import connect
from moodrop.cli.report import Report
from moodrop.cli.send_files import new_file, send

Paths = Annotated[list[str], typer.Argument(metavar="PATH", help="Files, folders with --recursive, or '-' for a pipe.")]
Filename = Annotated[str | None, typer.Option(help="File name on the server (required for '-').")]
ContentType = Annotated[str | None, typer.Option(help="MIME type (default: from the extension).")]
Recursive = Annotated[bool, typer.Option("--recursive", "-r", help="Also upload the files in folders.")]
Resume = Annotated[bool, typer.Option(help="Resume an interrupted upload of the same file.")]


def upload(  # each argument is an option
    paths: Paths,
    mood: Mood = None,
    title: Title = None,
    artist: Artist = None,
    album: Album = None,
    tags: Tags = None,
    public: Public = False,
    filename: Filename = None,
    content_type: ContentType = None,
    recursive: Recursive = False,
    follow_links: FollowLinks = False,
    parallel: Parallel = 8,
    checksum: Checksum = "crc32c",
    resume: Resume = True,
    as_json: Json = False,
) -> None:
    """Upload files.

    Prints the id of each. Interrupted uploads resume. In folders, unsupported file types are skipped.
    """
    report = Report(as_json=as_json)
    left_out = LeftOut()
    files_to_send = list(
        find_files(
            paths,
            recursive=recursive,
            follow_links=follow_links,
            on_error=lambda error: report.failed("", error),
            left_out=left_out,
        )
    )
    _check(files_to_send, filename, title)
    with connect() as client:
        files = [
            new_file(
                file.path,
                within=None if follow_links else file.within,
                filename=filename,
                content_type=content_type,
                mood=mood,
                title=title,
                artist=artist,
                album=album,
                tags=tags,
                public=public,
                checksum=checksum,
                resume=resume,
            )
            for file in _accepted(client, files_to_send, left_out)
        ]
        left_out.report_to(report)
        if not files:
            report.note("there is nothing to upload")
        send(client, files, report, parallel=parallel)
    report.finish()


def _check(files: list[FileToSend], filename: str | None, title: str | None) -> None:
    if len(files) > 1 and (filename or title):
        raise CommandError("--filename and --title are for one file")
    if any(str(file.path) == STDIN for file in files) and not filename:
        raise CommandError("a pipe has no file name: give one with --filename song.mp3")


def _accepted(client: Client, files: list[FileToSend], left_out: LeftOut) -> list[FileToSend]:
    """Return the files without those of a folder that would be refused for their type: playlists, texts."""
    if all(file.within is None for file in files):
        return files
    return sendable(files, client.whoami().limits.allowed_content_types, left_out)
