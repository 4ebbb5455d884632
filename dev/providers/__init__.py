"""Stores that only `make test-stores` builds and starts, and the table that its run writes."""
