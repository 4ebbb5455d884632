"""What ffmpeg and ffprobe are asked: whole commands, for `worker.sandbox.run`.

Results have fixed names and are written to the folder that the command runs in.
"""

from collections.abc import Iterator, Sequence

from worker.ffmpeg.ladder import Rung
from worker.ffmpeg.parse_probe import MOST_PIXELS

MOST_SECONDS = 4 * 3600
POSTER = "poster.jpg"
PICTURE = "picture"  # as it was embedded: PNG, JPEG or whatever claims to be one
PCM = "audio.pcm"  # mono, 8 kHz, 16 bits: what `worker/tools/peaks.py` reads
MASTER = "master.m3u8"
AUDIO = "audio"  # the name of the rendition: audio.mp4, audio.m3u8
POSTER_WIDTH = 1280
POSTER_FRAMES = 60  # of which the most typical is taken; held in memory at the poster's size
MOST_FRAMES_PER_SECOND = 60
SEGMENT_SECONDS = 6
AUDIO_RATE = "128k"

# Other demuxers read further files or addresses (hls, concat, dash), or things that are neither audio nor video.
FORMATS = "mp3,flac,wav,w64,aiff,aac,ogg,mov,matroska,avi,asf,ape,caf,amr,mpegts,mpeg"
WHITELISTS = ("-protocol_whitelist", "file,pipe", "-format_whitelist", FORMATS)
# The level before each line tells errors from the rest.
QUIET = ("-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+info")
HLS = (
    *("-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"),
    *("-hls_flags", "single_file+independent_segments", "-master_pl_name", MASTER),
)
# Measures EBU R 128, passes the sound on, and reports at the end. Each frame's levels are below our log level: `quiet`
# would be plainer, but 5.1 does not know it.
LOUDNESS = "ebur128=peak=true:framelog=verbose"
# aresample keeps what follows from changing what is measured: filters agree on a format backwards too.
STEREO = "aresample,aformat=sample_rates=48000|44100:channel_layouts=stereo"


def probe(ffprobe: str, source: str) -> list[str]:
    """Print JSON about a file; `parse_probe` reads it."""
    what = ("-show_format", "-show_streams", "-of", "json")
    return [ffprobe, "-hide_banner", "-loglevel", "level+error", *what, *WHITELISTS, "-i", f"file:{source}"]


def measure(ffmpeg: str, source: str) -> list[str]:
    """Read a file to its end without decoding it: `parse_progress` then knows its length.

    For files that do not say their length, such as the WebM that browsers record.
    """
    # A minute more than is taken, or a file of twenty hours would seem to be one of four.
    begin = _begin(ffmpeg, source, seconds=MOST_SECONDS + 60)
    return [*begin, "-map", "0:V?", "-map", "0:a?", "-c", "copy", *_PROGRESS, "-f", "null", "-"]


def extract_poster(ffmpeg: str, source: str, from_seconds: float, threads: int = 1) -> list[str]:
    """Write `poster.jpg`: a typical picture of a film from there on, in its true proportions."""
    # Both sides by name: h=-2 would keep the proportions of the pixels, which need not be square.
    size = f"scale=w='max(2,min({POSTER_WIDTH},trunc(iw*sar/2)*2))':h='max(2,trunc(ow/dar/2)*2)',setsar=1"
    picture = f"{size},thumbnail=n={POSTER_FRAMES},format=yuvj420p"
    begin = _begin(ffmpeg, source, "-ss", f"{from_seconds:.3f}", threads=threads)
    # V: not the embedded pictures.
    return [*begin, "-map", "0:V:0", "-vf", picture, "-c:v", "mjpeg", "-q:v", "3", *_one_picture(POSTER)]


def extract_picture(ffmpeg: str, source: str) -> list[str]:
    """Write `picture`: the first picture embedded in an audio file, byte for byte."""
    return [*_begin(ffmpeg, source), "-map", "0:v:0", "-c", "copy", *_one_picture(PICTURE)]


def decode_audio(ffmpeg: str, source: str, *, rendition: bool, threads: int = 1) -> list[str]:
    """Write `audio.pcm`, and the rendition `audio.mp4` where it is wanted; report the loudness."""
    outputs = ["pcm", "aac"] if rendition else ["pcm"]
    graph = f"[0:a:0]{LOUDNESS},asplit={len(outputs)}{''.join(f'[{name}]' for name in outputs)}"
    if rendition:
        graph += f";[aac]{STEREO}[stereo]"
    pcm = ("-map", "[pcm]", "-c:a", "pcm_s16le", "-ar", "8000", "-ac", "1", *_BARE, "-f", "s16le", PCM)
    aac = ("-map", "[stereo]", "-c:a", "aac", "-b:a", AUDIO_RATE, *_BARE, *HLS)
    hls = (*aac, "-hls_segment_filename", f"{AUDIO}.mp4", f"{AUDIO}.m3u8") if rendition else ()
    return [*_begin(ffmpeg, source, threads=threads), "-filter_complex", graph, *_PROGRESS, *pcm, *hls]


def encode_video(
    ffmpeg: str,
    source: str,
    rungs: Sequence[Rung],
    *,
    has_audio: bool,
    frames_per_second: float = 0,
    threads: int = 1,
) -> list[str]:
    """Write every rung, `720.mp4` and `720.m3u8` and so on, in one pass; report the loudness.

    `frames_per_second` is the film's: more than 60 are cut to 60.
    """
    count = len(rungs)
    rate = f"fps={MOST_FRAMES_PER_SECOND}," if frames_per_second > MOST_FRAMES_PER_SECOND else ""
    graph = [f"[0:V:0]{rate}split={count}{''.join(f'[s{n}]' for n in range(count))}"]
    graph += [f"[s{n}]scale={rung.width}:{rung.height},setsar=1,format=yuv420p[v{n}]" for n, rung in enumerate(rungs)]
    if has_audio:
        graph.append(f"[0:a:0]{LOUDNESS},{STEREO},asplit={count}{''.join(f'[a{n}]' for n in range(count))}")
    outputs = [word for n in range(count) for word in _maps(n, has_audio=has_audio)]
    rates = [word for n, rung in enumerate(rungs) for word in _rates(n, rung)]
    streams = " ".join(f"v:{n},{f'a:{n},' if has_audio else ''}name:{rung.name}" for n, rung in enumerate(rungs))
    return [
        *_begin(ffmpeg, source, threads=threads),
        *("-filter_complex", ";".join(graph), *outputs, *_PROGRESS, *_BARE, "-threads", str(threads)),
        *("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", *rates),
        # A key frame at each segment's start, and at no other place, in every rung.
        *("-force_key_frames", f"expr:gte(t,n_forced*{SEGMENT_SECONDS})", "-sc_threshold", "0"),
        *(("-c:a", "aac", "-b:a", AUDIO_RATE) if has_audio else ()),
        *(*HLS, "-var_stream_map", streams, "-hls_segment_filename", "%v.mp4", "%v.m3u8"),
    ]


# No tags, chapters, subtitles, data or versions of the encoder. Film and sound are mapped by name.
_BARE = ("-map_metadata", "-1", "-map_chapters", "-1", "-dn", "-sn", "-bitexact")
_PROGRESS = ("-progress", "pipe:1")


def _begin(ffmpeg: str, source: str, *before: str, threads: int = 1, seconds: int = MOST_SECONDS) -> list[str]:
    """Return the command up to its input, which is read for four hours at most."""
    # A film may become larger than its header says, in the middle of it.
    limits = ("-t", str(seconds), "-threads", str(threads), "-max_pixels", str(MOST_PIXELS))
    return [ffmpeg, *QUIET, *WHITELISTS, *limits, *before, "-i", f"file:{source}"]


def _one_picture(name: str) -> tuple[str, ...]:
    return ("-frames:v", "1", *_BARE, "-f", "image2", "-update", "1", name)


def _maps(n: int, *, has_audio: bool) -> Iterator[str]:
    yield from ("-map", f"[v{n}]")
    if has_audio:
        yield from ("-map", f"[a{n}]")


def _rates(n: int, rung: Rung) -> Iterator[str]:
    yield from (f"-b:v:{n}", f"{rung.mean_kbps}k", f"-maxrate:v:{n}", f"{rung.peak_kbps}k")
    yield from (f"-bufsize:v:{n}", f"{2 * rung.peak_kbps}k")
