# What everything is built with. The lockfile decides every version.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
# The image brings Node 24 itself, so the platform packages (189 MB) stay out, and so do the tools.
RUN npm run build \
    && npm prune --omit=dev --omit=optional --no-audit --no-fund \
    && rm -rf engine

FROM node:24-slim AS runtime
# State and temporary files lie under /data, the only place that is written to.
ENV NODE_ENV=production \
    SYNCLINE_STORE=sqlite:/data/state.db \
    TMPDIR=/data
RUN mkdir /data && chown node:node /data
COPY --from=build /app/package.json /app/LICENSE /app/
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build /app/bin /app/bin
COPY --from=build /app/dist /app/dist
COPY --from=build /app/schemas /app/schemas
COPY --from=build /app/connectors /app/connectors
COPY --from=build /app/mappings /app/mappings
COPY --from=build /app/examples/shop /app/examples/shop
COPY --from=build /app/examples/scaffold /app/examples/scaffold
# A project of your own is mounted at /app/projects/NAME, so that it names connectors as the ready one does
# (../../connectors/…), and is chosen as the working directory.
WORKDIR /app/examples/shop
USER node
VOLUME /data
# The engine handles SIGTERM itself: it finishes or journals what is under way. Give it its 30 seconds (stop_grace_period).
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s --retries=3 \
    CMD ["node", "/app/bin/syncline.cjs", "status", "--limit", "1", "--json"]
ENTRYPOINT ["node", "/app/bin/syncline.cjs"]
CMD ["--help"]
