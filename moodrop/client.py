"""The client: one object with a method for each task."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, Self, Unpack

from moodrop.calls.destination import address_of, authorization
from moodrop.calls.download_urls import fetch_url, fetch_urls
from moodrop.calls.history import History
from moodrop.calls.login import begin_login, collect_key, end_key
from moodrop.calls.pages import iter_rows
from moodrop.calls.parsing import parse
from moodrop.calls.recommender import Recommender
from moodrop.calls.service import Service
from moodrop.calls.store import Store
from moodrop.http.cancellation import CancelToken
from moodrop.http.retries import RetryPolicy
from moodrop.http.selection import select_transport
from moodrop.model import (
    DownloadUrl,
    File,
    FileEdits,
    MetadataOptions,
    NewFile,
    PendingLogin,
    Session,
    Sort,
    Source,
    Upload,
    UploadChecksum,
    UploadResult,
)
from moodrop.transfer.context import ClientContext
from moodrop.transfer.declare import declare, declare_cover
from moodrop.transfer.download import download_to_path, download_to_stream
from moodrop.transfer.local_names import local_name
from moodrop.transfer.open_source import open_source
from moodrop.transfer.progress import OnProgress, ProgressMeter
from moodrop.transfer.upload import find_unfinished, send_upload
from moodrop.transfer.upload_many import upload_many
from moodrop.version import USER_AGENT

if TYPE_CHECKING:
    import httpx


class Client:
    """A client of one Moodrop service. Thread-safe; close it, or use it in a `with`.

    `timeout_s` is how many seconds a connection may be silent. Temporary failures are retried up to `retries` times,
    with growing pauses and fresh URLs; five retries take about 10 seconds in all. `connections` is the limit for the
    service and, separately, for the store. `transport` is one of httpx's, for a proxy of your own or for tests.

    Every method raises MoodropError: ServiceError if the service refuses, NoAnswer if it does not answer, and
    ServerUnknown if the server is not Moodrop. The methods name the others. See moodrop.errors.
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:5000",
        token: str | None = None,
        *,
        timeout_s: float = 30,
        retries: int = 5,
        connections: int = 16,
        transport: "httpx.BaseTransport | None" = None,
    ) -> None:
        self._cancel = CancelToken()
        policy = RetryPolicy(retries, self._cancel)
        headers = {"User-Agent": USER_AGENT, **authorization(token)}
        # One for each, so that many calls to one never make the other wait.
        to_service = select_transport(transport, timeout_s=timeout_s, connections=connections)
        to_store = select_transport(transport, timeout_s=timeout_s, connections=connections)
        self._transports = [to_service, to_store]
        self._service = Service(to_service, address_of(base_url), headers, policy)
        self._context = ClientContext(self._service, Store(to_store), policy)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the calls of other threads, which then raise Stopped, and close all connections."""
        self._cancel.cancel()
        for transport in self._transports:
            transport.close()

    def whoami(self) -> Session:
        """Return who the token belongs to and what may be uploaded. Needs no token."""
        return parse(Session, self._service.call("GET", "/v1/session"))

    # --- signing in, where the service has accounts -----------------------------------------------
    def begin_login(self, name: str) -> PendingLogin:
        """Ask to be signed in under this name; needs no token. Show a person the code and the address.

        Raises NotFound if the service has no accounts.
        """
        return begin_login(self._service, name)

    def collect_key(self, pending: PendingLogin) -> str | None:
        """Return an API key, which is a token, once the person has allowed it; None until then.

        Raises NotFound if the person refused it, or took too long.
        """
        return collect_key(self._service, pending)

    def end_key(self) -> None:
        """Revoke the API key that this client was made with. Raises NotFound if it has another kind of token."""
        end_key(self._service)

    # --- uploads ---------------------------------------------------------------------------------
    def upload(
        self,
        source: Source,
        *,
        filename: str | None = None,
        content_type: str | None = None,
        checksum: UploadChecksum | None = "crc32c",
        resume: bool = True,
        read_tags: bool = True,
        within: Path | None = None,
        parallel: int = 4,
        on_progress: OnProgress | None = None,
        **metadata: Unpack[MetadataOptions],
    ) -> File:
        """Upload a file and return it once the service has confirmed it.

        `source` is a path, an open binary file or stream, or "-" for the standard input. A stream is first copied to a
        temporary file, because its size has to be declared. Memory use does not depend on the size: it is a few MiB for
        each part in progress.

        `metadata` is mood, title, artist, album, duration_seconds, tags and visibility. Unless given, the content type
        comes from the name, and title, artist, album and duration from the file's tags. With a `checksum`, the file is
        read once before it is sent, and the store refuses any other bytes. `resume` continues an unfinished upload of
        the same name, size and date. A path is refused if it is not a regular file, or if a link leads out of the
        folder `within`. `parallel` parts are sent at once. `on_progress` is called from several threads, but never by
        two at a time.

        Raises FileMissing, FileUnreadable, FileChanged (nothing is kept then), StoreRefused.
        """
        new = NewFile(
            source,
            filename=filename,
            content_type=content_type,
            checksum=checksum,
            resume=resume,
            read_tags=read_tags,
            within=within,
            **metadata,
        )
        with open_source(source, filename=filename, within=within) as opened:
            declared = declare(opened, new)
            meter = ProgressMeter(source, opened.size_bytes, on_progress)
            unfinished = find_unfinished(self._context, declared) if resume else None
            return send_upload(self._context, declared, meter, parallel=parallel, unfinished=unfinished)

    def upload_many(
        self, files: Iterable[NewFile | Path | str], *, parallel: int = 8, on_progress: OnProgress | None = None
    ) -> Iterator[UploadResult]:
        """Upload any number of files, many small ones with one call; yield each result when it is known.

        A file that fails gives a result with an `error` and does not stop the others. Results come in no particular
        order, but lists show the files in the order of `files`. `files` may be endless: it is read as files are sent.
        `parallel` requests run at once. If you leave the loop, the remaining files are not sent.
        """
        return upload_many(self._context, files, parallel=parallel, on_progress=on_progress)

    def iter_uploads(self) -> Iterator[Upload]:
        """Yield your unfinished uploads, newest first. Their `stored_parts` are None: only get_upload returns those."""
        for row in iter_rows(self._service, "/v1/uploads", "uploads", {"status": "pending"}):
            yield parse(Upload, row)

    def get_upload(self, upload_id: str) -> Upload:
        """Return an upload with the parts that the store has. Raises NotFound."""
        return parse(Upload, self._service.call("GET", f"/v1/uploads/{upload_id}"))

    def abort_upload(self, upload_id: str) -> None:
        """Abort an unfinished upload and delete its stored bytes. Raises NotFound; Conflict if it is a file already."""
        self._service.delete(f"/v1/uploads/{upload_id}")

    # --- files -----------------------------------------------------------------------------------
    def iter_files(
        self,
        *,
        mood: str | None = None,
        q: str | None = None,
        content_type: str | None = None,
        tag: str | None = None,
        owner: Literal["me", "public"] = "me",
        sort: Sort = "newest",
    ) -> Iterator[File]:
        """Yield the files that match every filter, page after page.

        `q` holds the first letters of words in the title, artist, album, tags or file name; `content_type` may be
        `audio/*`.
        """
        filters = {"mood": mood, "q": q, "content_type": content_type, "tag": tag, "owner": owner, "sort": sort}
        for row in iter_rows(self._service, "/v1/files", "files", filters):
            yield parse(File, row)

    def get_file(self, file_id: str) -> File:
        """Return a file. Raises NotFound."""
        return parse(File, self._service.call("GET", f"/v1/files/{file_id}"))

    def edit_file(self, file_id: str, *, revision: int | None = None, **edits: Unpack[FileEdits]) -> File:
        """Change the fields that you name (metadata and filename) and return the file; None removes a field.

        With a `revision`, raises PreconditionFailed if the file was edited since. Raises NotFound, Invalid.
        """
        headers = None if revision is None else {"If-Match": f'"{file_id}.{revision}"'}
        path = f"/v1/files/{file_id}"
        # With a condition, repeating a successful edit would fail, because the first one has changed the revision.
        return parse(File, self._service.call("PATCH", path, body=edits, headers=headers, repeatable=revision is None))

    def delete_file(self, file_id: str) -> None:
        """Delete a file and its object. A file that is deleted already is no error. Raises NotFound."""
        self._service.delete(f"/v1/files/{file_id}")

    def set_cover(
        self, file_id: str, picture: Source, *, filename: str | None = None, content_type: str | None = None
    ) -> File:
        """Set the file's cover, replacing an earlier one, and return the file.

        `picture` is like the `source` of upload(): a JPEG, PNG, WebP, GIF or AVIF of at most 2 MiB.

        Raises NotFound, UnsupportedType, TooLarge, Gone (a cover that was started later is there already), FileMissing,
        FileUnreadable, FileChanged.
        """
        with open_source(picture, filename=filename) as opened:
            declared = declare_cover(opened, content_type, file_id)
            meter = ProgressMeter(picture, opened.size_bytes)
            return send_upload(self._context, declared, meter, parallel=1, unfinished=None)

    def remove_cover(self, file_id: str) -> None:
        """Remove the file's cover. A file without a cover is no error. Raises NotFound."""
        self._service.delete(f"/v1/files/{file_id}/cover")

    # --- what you listened to ----------------------------------------------------------------------
    def history(self) -> History:
        """Return your listening history, to read, to add to and to delete. Makes no call by itself."""
        return History(self._service)

    def recommender(self) -> Recommender:
        """Return who says what to hear next. Makes no call by itself."""
        return Recommender(self._service)

    # --- downloads -------------------------------------------------------------------------------
    def download_url(
        self,
        file_id: str,
        *,
        expires_in: int | None = None,
        disposition: Literal["attachment", "inline"] = "attachment",
    ) -> DownloadUrl:
        """Return a URL that needs no token, for `expires_in` seconds (1 to 604800). Raises NotFound, Invalid.

        A URL of someone else's public file lasts no longer than the service's default.
        """
        params = {"expires_in": expires_in, "disposition": disposition}
        return fetch_url(self._service, file_id, params)

    def download_urls(self, file_ids: Iterable[str], *, expires_in: int | None = None) -> list[DownloadUrl]:
        """Return a URL or an `error` for each file, in order, with one call per thousand."""
        return fetch_urls(self._service, list(file_ids), expires_in=expires_in)

    def download(
        self,
        file_id: str,
        to: str | Path | BinaryIO,
        *,
        filename: str | None = None,
        parallel: int = 4,
        verify: bool = True,
        replace: bool = False,
        on_progress: OnProgress | None = None,
    ) -> Path | None:
        """Download a file to a path, into a folder (under its own name) or to a stream; return the path, if any.

        The name is reserved before the first byte and appears once the file is complete. An existing file is never
        replaced unless `replace` is true. In a folder the name is made harmless: see docs/cli.md. If you give a
        `filename`, `to` is the folder, and even a folder of that name, or a link to one, is never replaced. `parallel`
        ranges are fetched at once; a stream gets the bytes in order. `verify` compares the bytes with the file's
        checksum, if it has one. Memory use does not depend on the size.

        Raises NotFound, StoreRefused, DownloadCorrupt, DiskFull, FileInTheWay, FileUnwritable; nothing is kept then.
        """
        file = self.get_file(file_id)
        if not isinstance(to, str | Path):
            download_to_stream(self._context, file, to, ProgressMeter(to, file.size_bytes, on_progress), verify=verify)
            return None
        if filename is None and Path(to).is_dir():
            filename = local_name(file.filename)
        path = Path(to, filename or "")
        meter = ProgressMeter(path, file.size_bytes, on_progress)
        return download_to_path(self._context, file, path, meter, parallel=parallel, verify=verify, replace=replace)
