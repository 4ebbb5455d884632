# Builds VersityGW from source. The version is the one in dev/versitygw.py.
FROM golang:1.26-bookworm AS build
ARG VERSITYGW_VERSION=v1.8.0
ARG VERSITYGW_SUM=h1:au+wI+aybno/STsQiSm35Uu6Q6iK5MWReQxgO6SEMFc=
ENV CGO_ENABLED=0 GOFLAGS=-trimpath
RUN go install "github.com/versity/versitygw/cmd/versitygw@${VERSITYGW_VERSION}" \
    && go version -m /go/bin/versitygw | grep -qF "${VERSITYGW_SUM}"

FROM debian:bookworm-slim
RUN useradd --uid 10001 --no-create-home versitygw \
    && install -d -m 700 -o versitygw -g versitygw /data /data/objects /data/versions /data/accounts
COPY --from=build /go/bin/versitygw /usr/local/bin/versitygw
USER versitygw
# One volume: its file system must support extended attributes.
VOLUME /data
EXPOSE 9000
# Debian's slim image has no curl, but bash can open TCP connections.
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/9000 && printf 'GET /health HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n1 <&3 | grep -q ' 200 '"]
# Version 1.8.0's cache of accounts confuses them after one was changed.
ENTRYPOINT ["versitygw", "--quiet", "--port", ":9000", "--health", "/health", "--keep-alive", "--iam-dir", "/data/accounts", "--iam-cache-disable"]
CMD ["posix", "--versioning-dir", "/data/versions", "/data/objects"]
