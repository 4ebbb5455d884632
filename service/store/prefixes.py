"""Where objects lie in a bucket."""

FINAL_PREFIX = "uploads"
STAGING_PREFIX = "incoming"
