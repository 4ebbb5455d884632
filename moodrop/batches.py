"""Many files: small ones by batch calls, large ones one by one."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from moodrop import uploads
from moodrop.errors import MoodropError
from moodrop.line import Line
from moodrop.model import NewFile, UploadResult
from moodrop.progress import Meter, OnProgress
from moodrop.sources import open_source


def upload_many(
    line: Line, files: Iterable[NewFile | Path | str], *, parallel: int, on_progress: OnProgress | None
) -> Iterator[UploadResult]:
    for given in files:
        new = given if isinstance(given, NewFile) else NewFile(given)
        try:
            with open_source(new.source, filename=new.filename) as opened:
                declared = uploads.declare(opened, new)
                meter = Meter(new.source, opened.size_bytes, on_progress)
                found = uploads.find(line, declared) if new.resume else None
                file = uploads.upload(line, declared, meter, parallel=parallel, found=found)
            yield UploadResult(new.source, file=file)
        except MoodropError as error:
            yield UploadResult(new.source, error=error)
