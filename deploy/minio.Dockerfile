# Builds MinIO from source, because the vendor's images are gone. The version is the one in dev/minio.py.
FROM golang:1.26-bookworm AS build
ARG MINIO_VERSION=v0.0.0-20260212201848-7aac2a2c5b7c
ARG MINIO_SUM=h1:/qdoYujxF5MBLDMVLeiYJ/7fBa1HikX39Dvzb9Ji8pA=
ENV CGO_ENABLED=0 GOFLAGS=-trimpath
RUN go install "github.com/minio/minio@${MINIO_VERSION}" \
    && go version -m /go/bin/minio | grep -qF "${MINIO_SUM}"

FROM debian:bookworm-slim
RUN useradd --uid 10001 --no-create-home minio && install -d -o minio -g minio /data /events
COPY --from=build /go/bin/minio /usr/local/bin/minio
USER minio
VOLUME /data /events
EXPOSE 9000
# Debian's slim image has no curl, but bash can open TCP connections.
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/9000 && printf 'GET /minio/health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["minio", "server", "--certs-dir", "/tmp/certificates"]
CMD ["/data"]
