# Built in one stage, run in another: the running image holds no compiler, no sources and no development packages.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:24-slim
ENV NODE_ENV=production DATA_DIR=/var/lib/onecert KEYS_DIR=/etc/onecert/keys HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY config config
COPY examples/quick-start examples/quick-start
RUN mkdir -p /var/lib/onecert /etc/onecert/keys && chown -R node:node /var/lib/onecert /etc/onecert
USER node
VOLUME ["/var/lib/onecert", "/etc/onecert/keys"]
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s CMD ["node", "dist/cli/health.js"]
CMD ["node", "dist/main.js"]
