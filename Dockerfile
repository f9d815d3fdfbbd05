# SPDX-License-Identifier: Apache-2.0
#
# The KMS of `edgekms dev` as an image: the real worker in workerd, its state in a volume. How to use it is in
# docs/operations.md. tests/packaging/image.test.mjs runs these steps without Docker; their places and names are
# variables, so that it can give others.

ARG RUST=1.95
ARG NODE=24

FROM node:${NODE}-bookworm-slim AS base

FROM rust:${RUST}-bookworm AS build
COPY --from=base /usr/local /usr/local
WORKDIR /edgekms
COPY . .
ARG PACKAGES=/packages
RUN cargo xtask build
RUN mkdir "$PACKAGES" && npm pack --workspace pkg --workspace server --pack-destination "$PACKAGES"

FROM base
ARG PACKAGES=/packages
ARG OWNER=node
ENV HOST=0.0.0.0 PORT=8787 STATE=/var/lib/edgekms
RUN --mount=type=bind,from=build,source=/packages,target=/packages \
    --mount=type=cache,target=/root/.npm \
    npm install --global --no-audit --no-fund "$PACKAGES"/*.tgz
RUN install --directory --mode=0700 --owner="$OWNER" "$STATE"
USER node
VOLUME /var/lib/edgekms
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD node --input-type=module --eval "const { ok } = await fetch('http://127.0.0.1:' + process.env.PORT + '/healthz'); process.exit(ok ? 0 : 1)"
CMD exec edgekms dev --host "$HOST" --port "$PORT" --state "$STATE"
