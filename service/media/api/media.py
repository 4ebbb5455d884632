"""/v1/files/{file_id}/media: what was made from a file, and its HLS playlists."""

from datetime import timedelta

from flask import Response

from service.media.api.ports import ready_ports
from service.media.api.schemas import (
    FilePath,
    JobSummary,
    MediaAnswer,
    PeaksAnswer,
    PlaylistPath,
    PlaylistQuery,
    RenditionAnswer,
)
from service.media.settings import MediaSettings
from service.media.usecases.view import MASTER, Media, SignedRendition, get_media, render_playlist
from service.shared.api.blueprints import secured_blueprint
from service.shared.api.compression import compressor
from service.shared.api.context import answer, caller, now, settings_of
from service.shared.api.contract import problems
from service.shared.errors import NotFound
from service.shared.scopes import FILES_READ

HLS = "application/vnd.apple.mpegurl"
PLAYLIST = {"200": {"description": "The playlist.", "content": {HLS: {"schema": {"type": "string"}}}}}

blueprint = secured_blueprint("media", "/v1/files", tag="media", scopes=(FILES_READ,))


@blueprint.get("/<id:file_id>/media", responses={200: MediaAnswer} | problems(NotFound))
def show(path: FilePath) -> Response:
    """Show what was made from a file, with URLs of its renditions and its waveform."""
    expires_in = settings_of(MediaSettings).media_url_expires_in
    return answer(_media_answer(get_media(ready_ports(), caller(), path.file_id, expires_in), expires_in))


def _media_answer(media: Media, expires_in: int) -> MediaAnswer:
    derived = media.file.current_derived
    return MediaAnswer(
        file_id=media.file.upload_id,
        state=derived and derived.state.value,
        duration_seconds=derived and derived.duration_seconds,
        width=derived and derived.width,
        height=derived and derived.height,
        page_count=derived and derived.page_count,
        loudness_lufs=derived and derived.loudness_lufs,
        peak_dbfs=derived and derived.peak_dbfs,
        loudness_range_lu=media.loudness_range_lu,
        peaks=PeaksAnswer(url=media.peaks.url) if media.peaks else None,
        renditions=[_rendition_answer(one) for one in media.renditions],
        playlist=f"/v1/files/{media.file.upload_id}/media/{MASTER}.m3u8" if media.renditions else None,
        jobs=[JobSummary(kind=job.kind, state=job.state.value, progress=job.progress) for job in media.jobs],
        expires_at=now() + timedelta(seconds=expires_in),
        server_time=now(),
    )


def _rendition_answer(signed: SignedRendition) -> RenditionAnswer:
    rendition = signed.rendition
    return RenditionAnswer(
        name=rendition.name,
        kind="audio" if rendition.name == "audio" else "video",
        content_type=rendition.object.content_type,
        size_bytes=rendition.object.size_bytes,
        etag=signed.etag,
        bandwidth=rendition.bandwidth,
        width=rendition.width,
        height=rendition.height,
        url=signed.request.url,
    )


@blueprint.get("/<id:file_id>/media/<name>.m3u8", responses=PLAYLIST | problems(NotFound))
def playlist(path: PlaylistPath, query: PlaylistQuery) -> Response:
    """Get an HLS playlist: `master` lists the renditions, `audio` and `240` to `1080` are one each."""
    names = query.names == "1"
    text = render_playlist(ready_ports(), caller(), path.file_id, path.name, names=names)
    response = Response(text, mimetype=HLS, headers={"Cache-Control": "no-store"})
    # As every answer with a URL, one that has it is not compressed.
    return compressor.after_request(response) if names else response
