"""Where objects lie in a bucket."""

FINAL_PREFIX = "uploads"
STAGING_PREFIX = "incoming"
DERIVED_PREFIX = "derived"  # written by the worker alone
# Names the deployment that a move has filled the bucket for.
MARK = "moodrop/deployment.json"


def require_folder(prefix: str) -> None:
    """Raise ValueError unless the prefix is that of a folder: removing what begins with `a/1` removes `a/10` too."""
    if prefix.startswith("/") or not prefix.endswith("/"):
        raise ValueError(f"{prefix[:80]!r} is not a folder")
