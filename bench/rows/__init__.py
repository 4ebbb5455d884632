"""The rows: each module here has a tuple `ROWS`, and is found by being here."""
