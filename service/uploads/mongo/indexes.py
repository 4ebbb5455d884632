"""The indexes of `files`, and how a database of an older version gets them.

The name of an index never changes its meaning. An index of another shape gets another name, and the old one is dropped
when the new one exists: no query lacks an index meanwhile, and workers of both versions can run at once.
"""

from typing import Any

import pymongo
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.collection import Collection
from pymongo.errors import OperationFailure

from service.uploads.mongo.sort_keys import fill_sort_keys
from service.uploads.queries import GroupBy

# A million files take seconds. gunicorn gives a worker 90 s to start.
BUILD_TIMEOUT_S = 60
INDEX_NOT_FOUND = 27

IDEMPOTENCY_INDEX = "owner_idempotency_key"
WORDS_INDEX = "ready_owner_words"
INDEX_OF = {GroupBy.ARTIST: "ready_owner_artist", GroupBy.ALBUM: "ready_owner_album"}
# Every index makes each upload URL more expensive, so indexes that only find files leave out pending uploads.
READY = {"status": "ready"}
INDEXES = [
    IndexModel([("object_key", ASCENDING)], name="object_key", unique=True),
    IndexModel(
        [("owner", 1), ("status", 1), ("mood", 1), ("created_at", DESCENDING), ("_id", DESCENDING)],
        name="ready_owner_mood_created",
        partialFilterExpression=READY,
    ),
    IndexModel(
        [("owner", 1), ("status", 1), ("created_at", DESCENDING), ("_id", DESCENDING)], name="owner_status_created"
    ),
    IndexModel(
        [("owner", 1), ("status", 1), ("sort_title", 1), ("_id", 1)],
        name="ready_owner_title",
        partialFilterExpression=READY,
    ),
    IndexModel(
        [("owner", 1), ("status", 1), ("sort_artist", 1), ("sort_album", 1), ("_id", 1)],
        name=INDEX_OF[GroupBy.ARTIST],
        partialFilterExpression=READY,
    ),
    # The artist at its end makes it count the albums by itself.
    IndexModel(
        [("owner", 1), ("status", 1), ("sort_album", 1), ("_id", 1), ("sort_artist", 1)],
        name=INDEX_OF[GroupBy.ALBUM],
        partialFilterExpression=READY,
    ),
    IndexModel(
        [("owner", 1), ("status", 1), ("sort_length", DESCENDING), ("_id", DESCENDING)],
        name="ready_owner_length",
        partialFilterExpression=READY,
    ),
    IndexModel([("owner", 1), ("status", 1), ("words", 1)], name=WORDS_INDEX, partialFilterExpression=READY),
    IndexModel(
        [("owner", 1), ("status", 1), ("tags", 1), ("created_at", DESCENDING), ("_id", DESCENDING)],
        name="ready_owner_tags_created",
        partialFilterExpression=READY,
    ),
    IndexModel(
        [("owner", 1), ("status", 1), ("size_bytes", 1), ("created_at", DESCENDING), ("_id", DESCENDING)],
        name="ready_owner_size_created",
        partialFilterExpression=READY,
    ),
    # These six leave out private files, which most files are.
    IndexModel(
        [("status", 1), ("mood", 1), ("created_at", DESCENDING), ("_id", DESCENDING)],
        name="public_mood_created",
        partialFilterExpression={"visibility": "public"},
    ),
    IndexModel(
        [("status", 1), ("created_at", DESCENDING), ("_id", DESCENDING)],
        name="public_created",
        partialFilterExpression={"visibility": "public"},
    ),
    IndexModel(
        [("status", 1), ("sort_title", 1), ("_id", 1)],
        name="public_title",
        partialFilterExpression={"visibility": "public"},
    ),
    IndexModel(
        [("status", 1), ("sort_artist", 1), ("sort_album", 1), ("_id", 1)],
        name="public_artist",
        partialFilterExpression={"visibility": "public"},
    ),
    IndexModel(
        [("status", 1), ("sort_album", 1), ("_id", 1)],
        name="public_album",
        partialFilterExpression={"visibility": "public"},
    ),
    IndexModel(
        [("status", 1), ("sort_length", DESCENDING), ("_id", DESCENDING)],
        name="public_length",
        partialFilterExpression={"visibility": "public"},
    ),
    IndexModel([("status", 1), ("expires_at", 1)], name="status_expires"),
    # An upload leaves this index when it is confirmed, aborted or over.
    IndexModel([("look_at", 1)], name="pending_look_at", partialFilterExpression={"status": "pending"}),
    # Finds a pending upload again from any device.
    IndexModel(
        [("owner", 1), ("fingerprint", 1), ("created_at", DESCENDING), ("_id", DESCENDING)],
        name="pending_fingerprint",
        partialFilterExpression={"status": "pending", "fingerprint": {"$exists": True}},
    ),
    # For the lists of narrowed tokens; most uploads are not started with one.
    IndexModel(
        [("owner", 1), ("started_with", 1), ("created_at", DESCENDING), ("_id", DESCENDING)],
        name="pending_started_with",
        partialFilterExpression={"status": "pending", "started_with": {"$exists": True}},
    ),
    # Few documents are covers.
    IndexModel(
        [("cover_of", 1), ("status", 1), ("_id", 1)],
        name="cover_of",
        partialFilterExpression={"cover_of": {"$exists": True}},
    ),
    # Lets a repeated request find the first one's upload; most uploads have no such key.
    IndexModel(
        [("owner", 1), ("idempotency_key", 1)],
        name=IDEMPOTENCY_INDEX,
        unique=True,
        partialFilterExpression={"idempotency_key": {"$exists": True}},
    ),
    # What others are still to be told: nearly empty, and pending uploads are never in it.
    IndexModel([("outbox", 1), ("_id", 1)], name="outbox", partialFilterExpression={"outbox": {"$exists": True}}),
    # Few documents are staged uploads.
    IndexModel(
        [("target_key", 1), ("status", 1)],
        name="staged_target_key",
        partialFilterExpression={"target_key": {"$exists": True}},
    ),
]
# Those of keys that documents of older versions lack.
SORT_KEYS = {*INDEX_OF.values(), "ready_owner_length"}
RETIRED = (
    # Pending uploads were in these.
    "owner_status_mood_created",
    "owner_status_title",
    "owner_status_words",
    "owner_status_tags_created",
    # All documents were in it: sparse leaves out those without any of the fields, and each has a status.
    "target_key_status",
)


def ensure_indexes(files: Collection[dict[str, Any]]) -> None:
    """Create the missing indexes, then drop those that they replace. Safe to repeat, and to run many times at once."""
    existing = files.index_information()  # fails soon if no database answers
    with pymongo.timeout(BUILD_TIMEOUT_S):
        if not existing.keys() >= SORT_KEYS:
            fill_sort_keys(files)
        files.create_indexes(INDEXES)
        for name in existing.keys() & RETIRED:
            _drop(files, name)


def _drop(files: Collection[dict[str, Any]], name: str) -> None:
    try:
        files.drop_index(name)
    except OperationFailure as error:
        if error.code != INDEX_NOT_FOUND:  # another worker was first
            raise
