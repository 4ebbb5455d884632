"""Arguments and options that several commands take."""

from typing import Annotated, Literal

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON Lines.")]
FileIds = Annotated[list[str], typer.Argument(metavar="ID", help="File ids; '-' reads them from a pipe.")]
Mood = Annotated[str | None, typer.Option(help="One of the server's moods.")]
Title = Annotated[str | None, typer.Option(help="Title (default: from the file's tags).")]
Artist = Annotated[str | None, typer.Option(help="Artist (default: from the file's tags).")]
Album = Annotated[str | None, typer.Option(help="Album (default: from the file's tags).")]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="Tag (repeatable).")]
Public = Annotated[bool, typer.Option("--public", help="Let everyone on the server see it.")]
FollowLinks = Annotated[bool, typer.Option("--follow-links", help="Also upload linked files from outside the folder.")]
Parallel = Annotated[int, typer.Option(min=1, max=64, help="Number of parallel transfers.")]
ChecksumName = Literal["sha256", "crc32c", "none"]
Checksum = Annotated[ChecksumName, typer.Option(help="Checksum that storage must verify.")]
