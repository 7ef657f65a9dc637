/** Read the configuration, build the app, listen, stop cleanly. */
import { createServer } from 'node:http';
import { buildApp } from './app.ts';
import { type Config, ConfigError, projectDir, readConfig } from './config.ts';
import { openCore } from './core.ts';
import { listLacks } from './init/index.ts';
import { createLogger } from './log.ts';
import { greeting, startSampleApps } from './sample/index.ts';

const checkOnly = process.argv.includes('--check-config');

const refuse = (message: string): never => {
  process.stderr.write(`onecert: ${message}\n`);
  process.exit(1);
};

const configure = (): Config => {
  try {
    return readConfig();
  } catch (error) {
    if (error instanceof ConfigError) return refuse(error.message);
    throw error;
  }
};

const config = configure();
if (checkOnly) {
  process.stdout.write(
    `The configuration is good: ${config.mode}, ${config.baseUrl}, data in ${config.dataDir}\n`,
  );
  const lacks = await listLacks(config);
  if (lacks.length > 0)
    process.stdout.write(
      `This instance still lacks (onecert init makes it):\n${lacks.map((lack) => `  - ${lack}\n`).join('')}`,
    );
  process.exit(0);
}

const logger = createLogger(config.log.level);
const core = await openCore(config, { logger }).catch((error: unknown) => {
  logger.debug({ err: error }, 'the start failed');
  return refuse(error instanceof Error ? error.message : String(error));
});
const app = await buildApp(core);
const server = createServer(app.express);
server.requestTimeout = 30_000;
server.headersTimeout = 15_000;

server.once('error', (error: NodeJS.ErrnoException) => {
  const why =
    error.code === 'EADDRINUSE'
      ? `cannot listen: port ${config.port} is taken by another program. Stop it, or set PORT to a free one`
      : `cannot listen on ${config.host}:${config.port}: ${error.code ?? error.message}`;
  void core.close().finally(() => refuse(why));
});
server.listen(config.port, config.host, async () => {
  app.ready();
  const apps = config.sample.apps
    ? await startSampleApps({
        apps: core.apps,
        baseUrl: config.baseUrl,
        dataDir: config.dataDir,
        projectDir,
        path: process.env.PATH,
        logger,
      })
    : [];
  const { loaded, people } = core;
  const terminal = process.stdout.isTTY === true;
  process.stdout.write(
    greeting({ baseUrl: config.baseUrl, apps, loaded, people, dataDir: config.dataDir, terminal }),
  );

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping: no new requests, what runs is finished');
    app.stopping();
    for (const sampleApp of apps) sampleApp.stop();
    // What has not finished after 8 s is cut, so that the exit comes within 10 s.
    const cut = setTimeout(() => server.closeAllConnections(), 8_000);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
    clearTimeout(cut);
    await app.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
});
