"""The kinds of jobs, by name. A new one is a module here and a line below."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from service.jobs.model import Job
from service.listening.recommend.model import FIT_KIND
from service.media.model import Result
from worker.job.active_lease import ActiveLease
from worker.job.job_tools import JobTools
from worker.kinds import audio, fit, image, pdf, poster, probe, scan, video
from worker.kinds.room import Room, of_audio, of_picture, of_video
from worker.ports import WorkerPorts

PICTURES = ("PIL", "blurhash", "pillow_heif")


@dataclass(frozen=True)
class KindHandler:
    """How a kind is done, what has to be installed for it, and how many bytes its programs may write."""

    run: Callable[[Job, JobTools], Result]
    packages: tuple[str, ...] = ()
    needs_ffmpeg: bool = False
    needs_scanner: bool = False
    room: Room = of_picture


KINDS: Mapping[str, KindHandler] = {
    "scan": KindHandler(scan.run, needs_scanner=True),
    "image": KindHandler(image.run, PICTURES),
    "pdf": KindHandler(pdf.run, (*PICTURES, "pypdfium2")),
    "probe": KindHandler(probe.run, needs_ffmpeg=True),
    "poster": KindHandler(poster.run, PICTURES, needs_ffmpeg=True),
    "audio": KindHandler(audio.run, needs_ffmpeg=True, room=of_audio),
    "video": KindHandler(video.run, needs_ffmpeg=True, room=of_video),
}


@dataclass(frozen=True)
class FilelessHandler:
    """How a kind is done that belongs to no file and reads no bytes of one, and what has to be installed for it."""

    run: Callable[[Job, WorkerPorts, ActiveLease], BaseModel]
    packages: tuple[str, ...] = ()


FILELESS_KINDS: Mapping[str, FilelessHandler] = {FIT_KIND: FilelessHandler(fit.run, ("scipy",))}
