"""What a webhook says. Pure; it never holds an address that lets anybody fetch bytes."""

import json
from datetime import datetime
from typing import Any

from service.uploads.model import Upload
from service.webhooks.events import EventType


def build_payload(file: Upload, event: EventType, at: datetime) -> str:
    """Return the body: `{"type", "timestamp", "data": {…}}`, with sizes in bytes and durations in seconds."""
    timestamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"type": event, "timestamp": timestamp, "data": _of(file, event)}, separators=(",", ":"))


def _of(file: Upload, event: EventType) -> dict[str, Any]:
    return {
        "file_id": file.upload_id,
        "owner": file.owner,
        "filename": file.filename,
        "content_type": file.content_type,
        "size_bytes": file.size_bytes,
        "mood": file.metadata.mood,
        "title": file.metadata.title,
        "media": _media_of(file) if event.startswith("media.") else None,
    }


def _media_of(file: Upload) -> dict[str, Any] | None:
    if (derived := file.current_derived) is None:
        return None
    return {
        "state": derived.state.value,
        "duration_seconds": derived.duration_seconds,
        "width": derived.width,
        "height": derived.height,
        "page_count": derived.page_count,
        "failed": list(derived.failed),
    }
