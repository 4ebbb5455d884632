"""Jobs: work on confirmed files that is done outside of requests, queued in MongoDB."""
