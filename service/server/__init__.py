"""How requests come in and answers go out: gunicorn's threaded worker, with a deadline for every byte."""
