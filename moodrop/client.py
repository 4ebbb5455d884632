"""The client: one object, one method per task."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Self
from urllib.request import getproxies

from moodrop.calls.pages import iter_rows
from moodrop.calls.parsing import error_of, parse, rows_of
from moodrop.calls.service import Service
from moodrop.calls.signed_requests import check_url, is_web_address
from moodrop.calls.store import Store
from moodrop.errors import ServerUnknown, Unauthenticated
from moodrop.http.cancellation import Stop
from moodrop.http.retries import Retries
from moodrop.http.sockets import SocketExchange
from moodrop.http.transport import Exchange
from moodrop.model import (
    DownloadUrl,
    File,
    NewFile,
    Session,
    Sort,
    Source,
    Upload,
    UploadChecksum,
    UploadResult,
    Visibility,
)
from moodrop.transfer.context import Line
from moodrop.transfer.declare import declare, declare_cover
from moodrop.transfer.download import download_to_path, download_to_stream
from moodrop.transfer.local_names import local_name
from moodrop.transfer.progress import Meter, OnProgress
from moodrop.transfer.sources import open_source
from moodrop.transfer.upload import find_unfinished, send_upload
from moodrop.transfer.upload_many import upload_many
from moodrop.version import USER_AGENT

if TYPE_CHECKING:
    import httpx

URLS_PER_CALL = 1000


class Client:
    """Speaks to one Moodrop service. Thread-safe; close it, or use it in a `with`.

    `timeout_s` is how long (seconds) a connection may be silent. What fails for a passing reason is tried again up to
    `retries` times, with growing pauses and fresh URLs: about 10 seconds in all for 5. `connections` limits those to
    the service and those to the store, each. `transport` is one of httpx's, for a proxy of your own or for tests.

    Every method raises MoodropError: ServiceError where the service refuses, NoAnswer where none comes,
    ServerUnknown where what answers is no Moodrop. Others are named at the method. See moodrop.errors.
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
        self._stop = Stop()
        again = Retries(retries, self._stop)
        headers = {"User-Agent": USER_AGENT, **_authorization(token)}
        # One each, so that many calls of one sort never keep the other waiting.
        self._exchanges = [_exchange(transport, timeout_s=timeout_s, connections=connections) for _ in range(2)]
        to_service, to_store = self._exchanges
        self._service = Service(to_service, _address(base_url), headers, again)
        self._line = Line(self._service, Store(to_store), again)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End what still runs in other threads (they raise Stopped), and all connections."""
        self._stop.set()
        for exchange in self._exchanges:
            exchange.close()

    def whoami(self) -> Session:
        """Tell who the token's owner is, and what may be uploaded. Needs no token."""
        return parse(Session, self._service.call("GET", "/v1/session"))

    # --- uploads ---------------------------------------------------------------------------------
    def upload(
        self,
        source: Source,
        *,
        filename: str | None = None,
        content_type: str | None = None,
        mood: str | None = None,
        title: str | None = None,
        artist: str | None = None,
        album: str | None = None,
        duration_seconds: float | None = None,
        tags: tuple[str, ...] = (),
        visibility: Visibility | None = None,
        checksum: UploadChecksum | None = "crc32c",
        resume: bool = True,
        read_tags: bool = True,
        within: Path | None = None,
        parallel: int = 4,
        on_progress: OnProgress | None = None,
    ) -> File:
        """Upload a file and return it once the service has confirmed it.

        `source` is a path, an open binary file or stream, or "-" for the standard input; a stream is copied to a
        temporary file first, for its size has to be known. Memory is the same for any size: a few MiB a part under way.

        Where not given, the content type comes from the name; title, artist, album and duration from the file's tags.
        With a `checksum` the file is read once before it is sent, and the store refuses any other bytes. `resume`
        continues an unfinished upload of the same name, size and date. A path is refused if it is not a regular file or
        if a link leads out of the folder `within`. `parallel` parts are sent at once.
        `on_progress` is called from several threads, one at a time.

        Raises FileMissing, FileUnreadable, FileChanged (nothing is kept then), StoreRefused.
        """
        new = NewFile(
            source,
            filename=filename,
            content_type=content_type,
            mood=mood,
            title=title,
            artist=artist,
            album=album,
            duration_seconds=duration_seconds,
            tags=tuple(tags),
            visibility=visibility,
            checksum=checksum,
            resume=resume,
            read_tags=read_tags,
            within=within,
        )
        with open_source(source, filename=filename, within=within) as opened:
            declared = declare(opened, new)
            meter = Meter(source, opened.size_bytes, on_progress)
            found = find_unfinished(self._line, declared) if resume else None
            return send_upload(self._line, declared, meter, parallel=parallel, found=found)

    def upload_many(
        self, files: Iterable[NewFile | Path | str], *, parallel: int = 8, on_progress: OnProgress | None = None
    ) -> Iterator[UploadResult]:
        """Upload any number of files, small ones by one call for many; yield each as it is done, in no order.

        A file that fails is a result with an `error`, and stops no other. Lists have them in the order of `files`,
        which is read as they are sent, and may be endless. `parallel` requests are under way at once. Leave the loop,
        and what is not sent stays unsent.
        """
        return upload_many(self._line, files, parallel=parallel, on_progress=on_progress)

    def iter_uploads(self) -> Iterator[Upload]:
        """Yield your unfinished uploads, newest first. Their `stored_parts` are None: get_upload asks for them."""
        for row in iter_rows(self._service, "/v1/uploads", "uploads", {"status": "pending"}):
            yield parse(Upload, row)

    def get_upload(self, upload_id: str) -> Upload:
        """One upload, with the parts that the store has. Raises NotFound."""
        return parse(Upload, self._service.call("GET", f"/v1/uploads/{upload_id}"))

    def abort_upload(self, upload_id: str) -> None:
        """Give an unfinished upload up, with what the store has of it. Raises NotFound, Conflict where it is a file."""
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
        """Yield all files that match all that is given, page after page.

        `q` holds beginnings of words of title, artist, album, tags and file name; `content_type` may be `audio/*`.
        """
        wanted = {"mood": mood, "q": q, "content_type": content_type, "tag": tag, "owner": owner, "sort": sort}
        for row in iter_rows(self._service, "/v1/files", "files", wanted):
            yield parse(File, row)

    def get_file(self, file_id: str) -> File:
        """Raises NotFound."""
        return parse(File, self._service.call("GET", f"/v1/files/{file_id}"))

    def edit_file(self, file_id: str, *, revision: int | None = None, **metadata: Any) -> File:
        """Change what is named (mood, title, artist, album, duration_seconds, tags, visibility); None removes it.

        With the `revision` of a file that you know raises PreconditionFailed where it was edited since.
        Raises NotFound, Invalid.
        """
        headers = None if revision is None else {"If-Match": f'"{file_id}.{revision}"'}
        path = f"/v1/files/{file_id}"
        # With a condition, the second of two equal edits fails for the first one's sake.
        return parse(
            File, self._service.call("PATCH", path, body=metadata, headers=headers, repeatable=revision is None)
        )

    def delete_file(self, file_id: str) -> None:
        """Delete it, and the object with it; that it is deleted already is no error. Raises NotFound."""
        self._service.delete(f"/v1/files/{file_id}")

    def set_cover(
        self, file_id: str, picture: Source, *, filename: str | None = None, content_type: str | None = None
    ) -> File:
        """Make a picture the file's cover, in place of the one it has; return the file.

        A JPEG, PNG, WebP, GIF or AVIF of at most 2 MiB; `picture` is as the `source` of upload().

        Raises NotFound, UnsupportedType, TooLarge, Gone (a cover that was begun later is there already), FileMissing,
        FileUnreadable, FileChanged.
        """
        with open_source(picture, filename=filename) as opened:
            declared = declare_cover(opened, content_type, file_id)
            meter = Meter(picture, opened.size_bytes, None)
            return send_upload(self._line, declared, meter, parallel=1, found=None)

    def remove_cover(self, file_id: str) -> None:
        """Take the file's cover away; that it has none is no error. Raises NotFound."""
        self._service.delete(f"/v1/files/{file_id}/cover")

    # --- downloads -------------------------------------------------------------------------------
    def download_url(
        self,
        file_id: str,
        *,
        expires_in: int | None = None,
        disposition: Literal["attachment", "inline"] = "attachment",
    ) -> DownloadUrl:
        """Return a URL that needs no token, for `expires_in` seconds (1 to 604800). Raises NotFound, Invalid.

        The URL of someone else's public file lasts no longer than the service's default.
        """
        params = {"expires_in": expires_in, "disposition": disposition}
        return _download_url(self._service.call("GET", f"/v1/files/{file_id}/download", params=params))

    def download_urls(self, file_ids: Iterable[str], *, expires_in: int | None = None) -> list[DownloadUrl]:
        """A URL for each, in order, by one call per thousand; where there is none, its `error`."""
        ids, found = list(file_ids), list[DownloadUrl]()
        for start in range(0, len(ids), URLS_PER_CALL):
            body: dict[str, Any] = {"file_ids": ids[start : start + URLS_PER_CALL]}
            if expires_in is not None:
                body["expires_in"] = expires_in
            answer = self._service.call("POST", "/v1/files/download-urls", body=body)
            rows = rows_of(answer, "results", count=len(body["file_ids"]))
            found += [_download_url(row) for row in rows]
        return found

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
        """Fetch a file to a path, into a folder (under its own name) or to a stream; return the path, if it has one.

        The name is reserved before the first byte and appears once the file is complete. An existing file is in the way
        unless `replace` is true. In a folder the name is made harmless: see docs/cli.md. If you give a `filename`, `to`
        is the folder, and a folder of that name, or a link to one, is in the way too. `parallel` ranges are fetched at
        once; a stream gets them one after the other. `verify` compares the bytes with the file's checksum, if it has
        one. Memory is the same for any size.

        Raises NotFound, StoreRefused, DownloadCorrupt, DiskFull, FileInTheWay, FileUnwritable; nothing is kept then.
        """
        file = self.get_file(file_id)
        if not isinstance(to, str | Path):
            download_to_stream(self._line, file, to, Meter(to, file.size_bytes, on_progress), verify=verify)
            return None
        if filename is None and Path(to).is_dir():
            filename = local_name(file.filename)
        path = Path(to, filename or "")
        meter = Meter(path, file.size_bytes, on_progress)
        return download_to_path(self._line, file, path, meter, parallel=parallel, verify=verify, replace=replace)


def _exchange(transport: "httpx.BaseTransport | None", *, timeout_s: float, connections: int) -> Exchange:
    if transport is None and not getproxies():
        return SocketExchange(timeout_s=timeout_s, connections=connections)
    from moodrop.http.httpx_transport import (
        HttpxExchange,  # late: it would double the time that a command takes to start
    )

    return HttpxExchange(transport, timeout_s=timeout_s, connections=connections)


def _address(base_url: str) -> str:
    address = base_url.strip().rstrip("/")
    if not is_web_address(address):
        raise ServerUnknown(f"{base_url!r:.200} is no address of a service, such as https://moodrop.example.org")
    return address


def _authorization(token: str | None) -> dict[str, str]:
    if not token:
        return {}
    if not (token.isascii() and token.isprintable()):
        raise Unauthenticated("the token has characters that no token has", code="token_invalid")
    return {"Authorization": f"Bearer {token}"}


def _download_url(row: Mapping[str, Any]) -> DownloadUrl:
    if error := error_of(row):
        return DownloadUrl(file_id=row.get("file_id"), error=error)
    made = parse(DownloadUrl, {name: value for name, value in row.items() if name != "error"})
    if made.url is None:
        raise ServerUnknown("the service tells neither a URL nor why there is none")
    check_url(made.url)
    return made
