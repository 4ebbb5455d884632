"""The HTTP server: gunicorn's threaded worker, with a deadline for every byte."""
