"""Files with jobs, in memory: media's own plan, a worker without tools, and what a file has to show of them."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import count

from service.jobs.model import Job, Lane, Lease
from service.jobs.ports import Ports as JobPorts
from service.jobs.usecases.relay import relay
from service.jobs.usecases.settle import settle_job
from service.media.plan import Rules, plan_event
from service.media.summarize import summarize
from service.media.usecases.settle import make_settler
from service.ports import Ports
from service.shared.model import Caller
from service.store.memory.objects import MemoryObjectStore
from service.uploads.derived import Derived
from service.uploads.model import Upload, UploadStatus
from service.uploads.object_keys import derived_key, derived_prefix
from service.uploads.usecases.confirming.confirm import confirm_upload
from tests.builders import ALICE, NO_METADATA, PICTURE, a_sent_upload
from tests.helpers.media import a_probe

LANES = (Lane.LIGHT, Lane.HEAVY)
KINDS = ("image", "pdf", "scan", "probe")
WEBP = {"content-type": "image/webp"}
RULES = Rules(scan=True)
SETTLE = make_settler(RULES, fills_tags=True)


def with_media(ports: Ports) -> Ports:
    """Return the same ports, where media want to know of each file."""
    announcing = replace(ports.policy, announces=True)
    return replace(ports, policy=announcing, planners=(partial(plan_event, rules=RULES),), settlers=(SETTLE,))


def expected_of(ports: JobPorts, file: Upload) -> Derived | None:
    """Return what the file has to show."""
    cover = ports.records.get(file.cover_id) if file.cover_id else None
    cover = cover if cover and cover.status is UploadStatus.ATTACHED else None
    return summarize(file, ports.jobs.list_by_files([file.upload_id, file.cover_id or ""]), cover)


def a_sent_picture(ports: Ports, caller: Caller = ALICE) -> Upload:
    return a_sent_upload(ports, caller, PICTURE, filename="a.png", content_type="image/png")


def a_picture(ports: Ports) -> Upload:
    """Return the file of a picture on which nobody has worked yet."""
    return confirm_upload(ports, ALICE, a_sent_picture(ports).upload_id, NO_METADATA)


def now_of(ports: Ports, file: Upload) -> Upload:
    """Return the file as it is stored now."""
    stored = ports.records.get(file.upload_id)
    assert stored
    return stored


def make(ports: Ports, lease: Lease) -> dict[str, object]:
    """Do what the job is for: write its objects, and return its result."""
    if lease.job.kind == "scan":
        return {"threat": None}
    if lease.job.kind == "probe":  # nothing follows from a container that is empty
        return a_probe(audio=None).model_dump()
    file = ports.records.get(lease.job.file_id)
    assert file
    assert isinstance(ports.objects, MemoryObjectStore)
    names = [put_derived(ports, file, lease.job.kind, lease.token, f"{width}.webp") for width in (96, 320)]
    return {"thumbnails": names, "blurhash": "LEHV6nWB2yk8", "width": 640, "height": 480}


def put_derived(ports: Ports, file: Upload, kind: str, token: int, name: str) -> dict[str, object]:
    """Write an object as a worker does: once, below the job's own token."""
    key = derived_key(file, kind, token, name)
    signed = ports.objects.presign_put(file.bucket, key, headers=WEBP, at=ports.now(), expires_in=60)
    assert isinstance(ports.objects, MemoryObjectStore)
    assert ports.objects.send(signed.url, at=ports.now(), body=name.encode(), headers=WEBP)[0] == 200
    stored = ports.objects.head(file.bucket, key)
    assert stored
    return {"name": name, "version_id": stored.version_id, "size_bytes": len(name), "content_type": "image/webp"}


def work(ports: Ports) -> Iterator[Job]:
    """Relay and do everything that is due, as one worker; yield each job that is done."""
    for _ in count():
        relay(ports)
        lease = ports.jobs.claim(KINDS, LANES, "w", ports.now())
        if lease is None:
            return
        if done := ports.jobs.finish(lease, make(ports, lease), ports.now()):
            settle_job(ports, done)
            yield done


def derived_keys(ports: Ports, file: Upload | None = None) -> list[str]:
    """Return the keys of what is derived, from all files or from that one."""
    assert isinstance(ports.objects, MemoryObjectStore)
    prefix = derived_prefix(file) if file else "derived/"
    keys = ports.objects.keys()
    return [key for key in keys if key.startswith(prefix)]
