# nginx, for HTTPS and before the nodes of a cluster. Build from the root: docker build -f deploy/proxy.Dockerfile .
FROM debian:bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends gettext-base nginx-light && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home proxy-user
COPY deploy/https/nginx.conf /etc/moodrop/https.conf
COPY deploy/cluster/nginx.conf /etc/moodrop/cluster.conf
COPY --chmod=755 deploy/start-nginx.sh /usr/local/bin/start-nginx
USER proxy-user
ENTRYPOINT ["start-nginx"]
