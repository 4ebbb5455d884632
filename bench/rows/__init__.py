"""The rows of the bench: every module in this folder has a tuple `ROWS`."""
