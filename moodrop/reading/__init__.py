"""Reads local files and their names: content types, tags, durations and titles."""
