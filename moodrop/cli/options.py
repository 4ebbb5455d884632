"""Arguments and options that several commands take."""

from typing import Annotated, Literal

import typer

Json = Annotated[bool, typer.Option("--json", help="A JSON object a line, for machines.")]
FileIds = Annotated[list[str], typer.Argument(metavar="ID", help="Files by id; '-' reads ids from a pipe.")]
Mood = Annotated[str | None, typer.Option(help="One of the service's moods.")]
Title = Annotated[str | None, typer.Option(help="Else the one in the file's own tags.")]
Artist = Annotated[str | None, typer.Option(help="Else the one in the file's own tags.")]
Album = Annotated[str | None, typer.Option(help="Else the one in the file's own tags.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="May be given several times.")]
Public = Annotated[bool, typer.Option("--public", help="For everybody who may read files there.")]
FollowLinks = Annotated[
    bool, typer.Option("--follow-links", help="Also send what linked files outside of the folder point to.")
]
Parallel = Annotated[int, typer.Option(min=1, max=64, help="So many transfers at once.")]
ChecksumName = Literal["sha256", "crc32c", "none"]
Checksum = Annotated[
    ChecksumName, typer.Option(help="What each request is bound to, so that no other bytes are stored.")
]
