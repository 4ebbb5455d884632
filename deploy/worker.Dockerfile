# The media worker. Build from the root: docker build -f deploy/worker.Dockerfile .
FROM python:3.12-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN apt-get update && apt-get install --yes --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home moodrop
# A volume that is mounted here for the first time belongs to that user too.
RUN install --directory --owner moodrop --mode 0700 /scratch
WORKDIR /app
COPY requirements/worker.lock requirements/recommend.lock ./
RUN pip install --no-cache-dir --require-hashes -r worker.lock -r recommend.lock
COPY service/ service/
COPY worker/ worker/
# The folder is read-only later: without this, each start and each job would compile everything again.
RUN python -m compileall -q service worker
USER moodrop
ENV WORKER_SCRATCH=/scratch
CMD ["python", "-m", "worker"]
