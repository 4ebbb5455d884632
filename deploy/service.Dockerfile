# The service with its page. Build from the root: docker build -f deploy/service.Dockerfile .
FROM node:22-bookworm-slim AS page
WORKDIR /page
COPY web/package.json web/package-lock.json ./
COPY web/packages/uploads/package.json packages/uploads/
COPY web/examples/html/package.json examples/html/
COPY web/examples/react/package.json examples/react/
COPY web/examples/react-18/package.json examples/react-18/
COPY web/examples/svelte/package.json examples/svelte/
COPY web/examples/vue/package.json examples/vue/
RUN npm ci
COPY web/ ./
RUN npm run build

FROM python:3.12-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN useradd --uid 10001 --no-create-home moodrop
WORKDIR /app
COPY requirements/granian.lock ./
RUN pip install --no-cache-dir --require-hashes -r granian.lock
COPY service/ service/
# The folder is read-only later: without this, each worker and each command would compile everything again.
RUN python -m compileall -q service
COPY --from=page /page/dist/ web/dist/
USER moodrop
EXPOSE 5000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD \
    ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:5000/healthz', timeout=2)"]
CMD ["python", "-m", "service.server"]
