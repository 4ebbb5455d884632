"""The calls that are measured and traced, by the names that metrics and spans have for them."""

# What each of them signs; nothing goes over the network.
SIGNS = {"presign_put": "put", "presign_post": "form", "presign_get": "download", "presign_part": "part"}
# To the store.
CALLS = frozenset(
    (
        *("ping", "knows_signers", "head", "arrived", "copy", "delete_version", "purge", "purge_below"),
        *("create_multipart", "list_parts", "complete_multipart", "abort_multipart", "abort_multiparts"),
    )
)
# To MongoDB. Others, which a newer driver may send, share a name.
COMMANDS = frozenset(
    (
        *("aggregate", "count", "createIndexes", "delete", "distinct", "dropIndexes", "find", "findAndModify"),
        *("getMore", "insert", "listIndexes", "ping", "update"),
    )
)
OTHER = "other"


def name_of_command(command: str) -> str:
    """Return the name of a command to MongoDB."""
    return command if command in COMMANDS else OTHER
