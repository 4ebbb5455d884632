"""Writes the label that an object gets beside its bytes, and opens it."""

from service.store.model import LABEL_HEADER, StoredObject
from service.uploads.labels import PURPOSE, Label, label_of, read_label, write_label
from service.uploads.model import Upload
from service.uploads.ports import Ports


def label_for(ports: Ports, upload: Upload, object_key: str) -> str | None:
    """Return the label of the object of that key, whose document this upload is; None if it has no room."""
    return write_label(label_of(upload), object_key, ports.keyring.derive(PURPOSE))


def label_headers(ports: Ports, upload: Upload) -> dict[str, str]:
    """Return the header that brings the label with a PUT to the upload's own key."""
    label = label_for(ports, upload, upload.object_key)
    return {LABEL_HEADER: label} if label else {}


def open_label(ports: Ports, object_key: str, stored: StoredObject) -> Label | None:
    """Return the label of a stored object; None if it has none that this deployment wrote for this key."""
    return read_label(stored.label, object_key, ports.keyring.derive(PURPOSE)) if stored.label else None
