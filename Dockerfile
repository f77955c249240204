# syntax=docker/dockerfile:1
# One image for the server and for the migration step before it: `node app/_server/migrate.ts`.

FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund

FROM dependencies AS build
COPY . .
# The same key in every build: server actions of the version before are still understood during a rolling update.
# docker build --secret id=server_actions_key,src=server-actions.key .   (made once: openssl rand -base64 32)
RUN --mount=type=secret,id=server_actions_key \
    export NEXT_SERVER_ACTIONS_ENCRYPTION_KEY="$(cat /run/secrets/server_actions_key 2>/dev/null)" && \
    npx prisma generate && npx next build

FROM node:24.21.0-bookworm-slim AS runtime
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOSTNAME=0.0.0.0 PORT=3000
# Node takes its heap's limit from the machine's memory and lets garbage grow towards it. The portal lives in 200 MB.
ENV NODE_OPTIONS=--max-old-space-size=512
WORKDIR /app
# The one place that is written to, besides /tmp: checkpoints of the record. Mount a volume here.
RUN install -d -o 65532 -g 65532 -m 0700 /var/lib/latchkey
COPY --from=build /app/.next/standalone ./
COPY --from=build /app/.next/static ./.next/static
USER 65532:65532
EXPOSE 3000
STOPSIGNAL SIGTERM
# Whether the process answers. Whether it can serve is /api/health/ready, for load balancers: a database that is away
# must not have containers killed.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/api/health/live').then(a=>process.exit(a.ok?0:1),()=>process.exit(1))"]
CMD ["node", "server.js"]
