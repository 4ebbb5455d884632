"""Moves files between this machine and the object store."""
