# mongod of the pinned wheel and mongosh of npm, at the places of the image mongo:8.0.
FROM node:22-bookworm-slim
RUN groupadd --gid 999 mongodb && useradd --uid 999 --gid mongodb --home-dir /data/db mongodb \
    && install -d -o mongodb -g mongodb /data/db /data/configdb
COPY --from=mongod --chmod=755 mongod /usr/bin/mongod
COPY --from=mongosh node_modules /usr/local/lib/mongosh/node_modules
RUN ln -s ../lib/mongosh/node_modules/.bin/mongosh /usr/local/bin/mongosh && mongod --version && mongosh --version
COPY --chmod=755 mongo-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
VOLUME /data/db /data/configdb
EXPOSE 27017
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["mongod"]
