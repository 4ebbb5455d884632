"""What receivers can be told of."""

from typing import Literal, get_args

EventType = Literal["file.ready", "file.deleted", "media.ready", "media.failed"]
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)
