"""Makes lost documents again from a bucket: each object has a label that says what was declared about it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from ulid import ULID

from service.shared.errors import Conflict, Invalid, MoodropError
from service.store.model import ObjectEntry, StoredObject
from service.store.prefixes import FINAL_PREFIX, MARK
from service.uploads import object_keys
from service.uploads.labels import Label
from service.uploads.metadata import PRIVATE
from service.uploads.model import AT_REST, Checksum, Upload, UploadStatus
from service.uploads.ports import Ports
from service.uploads.usecases.confirming.confirm import is_checkable, mismatch, proven_checksum
from service.uploads.usecases.labelling import open_label
from service.uploads.usecases.quota_entries import count_anew
from service.uploads.usecases.upkeep.left_copies import note_copy
from service.uploads.usecases.upkeep.manifests import ImportTally, Refusal, add_file, digest_of
from service.uploads.usecases.upkeep.reconcile import buckets_of

# Of a bucket without a label that opens, so many labels prove that it is another deployment's.
MOST_TRIED = 1000
NO_LABEL = "it has no label: it came before there were any, or without them. `store adopt` makes a file of it"
NOT_OURS = "its label is another deployment's, another object's, or of a SECRET_KEY that is not set"


def rebuild_files(ports: Ports, bucket: str, tally: ImportTally, *, is_private: bool = False) -> Iterator[Refusal]:
    """Make a file, or a cover, of each object below uploads/ that no document names; yield those that cannot be made.

    An object with the bytes of a file in another store is noted as the copy that the file left when it moved from here.
    With `is_private` nobody but its owner sees a file that was declared public. What exists stays; can be stopped and
    repeated. Raises Invalid for a bucket that the settings do not name, Conflict for another deployment's.
    """
    if bucket not in ports.policy.buckets:
        raise Invalid(f"the settings name no bucket {bucket!r}; they name {', '.join(ports.policy.buckets)}")
    _require_own(ports, bucket)
    rebuilding = _Rebuilding(ports, bucket, tally, is_private)
    yield from rebuilding.run(covers=False)
    if rebuilding.covers:  # by now every file is there that a cover may belong to
        yield from rebuilding.run(covers=True)
    for owner in rebuilding.owners:
        count_anew(ports, owner)


def _require_own(ports: Ports, bucket: str) -> None:
    """Raise Conflict if there are labels and none of the first ones opens."""
    foreign = 0
    for entry in _objects(ports, bucket):
        stored = ports.objects.head(bucket, entry.object_key)
        if stored and open_label(ports, entry.object_key, stored):
            # The lost database had another name for this deployment, which the mark of a move may still bear.
            ports.objects.purge(bucket, MARK)
            return
        foreign += bool(stored and stored.label)
        if foreign == MOST_TRIED:
            break
    if foreign:
        raise Conflict(
            f"bucket_of_another: none of the first {foreign} labels in the bucket {bucket!r} opens: it belongs to "
            "another deployment, or SECRET_KEY is not the one of the time before (see docs/backup.md)"
        )


def _objects(ports: Ports, bucket: str) -> Iterator[ObjectEntry]:
    entries = ports.objects.iter_objects(bucket, f"{FINAL_PREFIX}/")
    return (entry for entry in entries if not entry.object_key.startswith(f"{FINAL_PREFIX}/.probe/"))


class _Rebuilding:
    """One run over a bucket."""

    def __init__(self, ports: Ports, bucket: str, tally: ImportTally, is_private: bool) -> None:
        self._ports, self._bucket, self._tally, self._is_private = ports, bucket, tally, is_private
        self.covers = 0  # left to the second pass
        self.owners: set[str] = set()

    def run(self, *, covers: bool) -> Iterator[Refusal]:
        """Make all files, or all covers."""
        for number, entry in enumerate(_objects(self._ports, self._bucket), 1):
            key = entry.object_key
            if named := self._ports.records.at_key(key):
                reason = None if covers else self._leave(key, named)
                if reason:
                    self._tally.refused += 1
                    yield Refusal(number, key, reason)
                continue
            stored = self._ports.objects.head(self._bucket, key)
            label = open_label(self._ports, key, stored) if stored else None
            is_cover = label is not None and label.cover_of is not None
            if is_cover != covers:
                self.covers += is_cover
                continue
            if reason := self._make(key, stored, label):
                self._tally.refused += 1
                yield Refusal(number, key, reason)

    def _leave(self, key: str, named: list[Upload]) -> str | None:
        """Count an object whose document is here; return why it is neither that document's nor a copy of it."""
        if not (at_rest := [upload for upload in named if upload.status in AT_REST]):
            return None
        if not any(self._bucket in buckets_of(upload) for upload in named):
            if reason := note_copy(self._ports, at_rest[0], self._bucket, key):
                return reason
            self._tally.copies += 1
        self._tally.present += 1
        return None

    def _make(self, key: str, stored: StoredObject | None, label: Label | None) -> str | None:
        """Return why no file was made."""
        if stored is None or not stored.is_readable:
            return "the store cannot show it"
        if label is None:
            return NOT_OURS if stored.label else NO_LABEL
        try:
            content_type = self._ports.policy.check_content_type(stored.content_type)
            self._ports.policy.check_size(stored.size_bytes)
        except MoodropError as error:
            return error.detail
        upload = self._to_upload(key, stored, label, content_type)
        if reason := self._why_not(upload, label):
            return reason
        if reason := mismatch(replace(upload, checksum=None), stored) or self._differs(upload, stored):
            return reason
        proven = replace(upload, checksum=proven_checksum(upload, stored))
        self.owners.add(upload.owner)
        return add_file(self._ports, proven, stored, self._ports.now(), self._tally)

    def _why_not(self, upload: Upload, label: Label) -> str | None:
        if self._ports.records.get(upload.upload_id) or not object_keys.is_possible(upload.object_key):
            return "another upload has its id"
        file = self._ports.records.get(label.cover_of) if label.cover_of else None
        if label.cover_of and (file is None or file.status is not UploadStatus.READY):
            return f"it is the cover of the file {label.cover_of}, which is not here"
        if file and (file.cover_id or "") > upload.upload_id:
            return f"it was the cover of the file {label.cover_of}, which has a later one"
        return None

    def _to_upload(self, key: str, stored: StoredObject, label: Label, content_type: str) -> Upload:
        metadata = label.metadata
        if self._is_private:
            metadata = metadata.model_copy(update={"visibility": PRIVATE if metadata.visibility else None})
        lifetime = timedelta(seconds=self._ports.policy.upload_url_lifetime(stored.size_bytes))
        return Upload(
            upload_id=label.upload_id,
            owner=label.owner,
            status=UploadStatus.ATTACHED if label.cover_of else UploadStatus.READY,
            kind=label.kind,
            bucket=self._bucket,
            object_key=key,
            filename=label.filename,
            content_type=content_type,
            size_bytes=stored.size_bytes if label.size_bytes is None else label.size_bytes,
            metadata=metadata,
            created_at=ULID.from_str(label.upload_id).datetime,
            # Nobody knows any more which URLs were issued.
            urls_expire_at=self._ports.now() + lifetime,
            expires_at=None,
            checksum=label.declared_checksum,
            cover_of=label.cover_of,
            fingerprint=label.fingerprint,
            multipart=label.multipart,
            staged=label.staged(key),
            confirmed_by="client",
            revision=1,
        )

    def _differs(self, upload: Upload, stored: StoredObject) -> str | None:
        """Return how the bytes differ from the declared digest; reads them only if the store shows none."""
        declared: Checksum | None = upload.checksum
        if declared is None or not is_checkable(upload, stored):
            return None
        shown = digest_of(self._ports, upload, stored, declared.algorithm)
        same = shown in (None, declared.value_base64)
        return None if same else f"its {declared.algorithm} is {shown}, declared was {declared.value_base64}"
