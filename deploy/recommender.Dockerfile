# The recommender, as a process of its own. Build from the root: docker build -f deploy/recommender.Dockerfile .
FROM python:3.12-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN useradd --uid 10001 --no-create-home moodrop
WORKDIR /app
COPY requirements/recommender.lock ./
RUN pip install --no-cache-dir --require-hashes -r recommender.lock
COPY service/ service/
COPY recommender/ recommender/
# The folder is read-only later: without this, each worker would compile everything again.
RUN python -m compileall -q service recommender
USER moodrop
EXPOSE 5001
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD \
    ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:5001/healthz', timeout=2)"]
CMD ["python", "-m", "gunicorn", "-c", "python:recommender.gunicorn_conf", "recommender.wsgi:app"]
