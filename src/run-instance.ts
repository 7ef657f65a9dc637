/** One instance, from its configuration to a port that listens. The sandbox runs beside its province by the same lines. */
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { hostname, networkInterfaces } from 'node:os';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import { type Core, openCore } from './core.ts';
import type { Logger } from './log.ts';
import { localCertificate, localNames } from './phone/index.ts';

export interface Instance {
  core: Core;
  /** No new requests; what runs is finished, within ten seconds. */
  stop(): Promise<void>;
}

const reason = (error: NodeJS.ErrnoException, { host, port, kind }: Config): string =>
  error.code === 'EADDRINUSE'
    ? `cannot listen: port ${port} is taken by another program. Stop it, or set ${kind === 'sandbox' ? 'ONECERT_SANDBOX_PORT' : 'PORT'} to a free one`
    : `cannot listen on ${host}:${port}: ${error.code ?? error.message}`;

const ownTls = async (config: Config, { clock }: Core) =>
  config.localTls === undefined
    ? undefined
    : localCertificate(config.localTls, {
        names: localNames(new URL(config.baseUrl).hostname, hostname(), networkInterfaces()),
        clock,
      });

/** Throws an Error ready to print when the instance cannot start. */
export const runInstance = async (config: Config, { logger }: { logger: Logger }): Promise<Instance> => {
  const core = await openCore(config, { logger });
  const tls = await ownTls(config, core);
  const app = await buildApp(core);
  const server = tls ? createTlsServer(tls, app.express) : createServer(app.express);
  server.requestTimeout = 30_000;
  server.headersTimeout = 15_000;
  // Longer than fronts keep an idle connection (60 s as a rule): one closed just as it is used again would be a 502 there.
  server.keepAliveTimeout = 75_000;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new Error(reason(error, config), { cause: error })));
      server.listen(config.port, config.host, resolve);
    });
  } catch (error) {
    await app.close();
    throw error;
  }
  app.ready();
  return {
    core,
    async stop() {
      app.stopping();
      // What has not finished after 8 s is cut, so that the exit comes within 10 s.
      const cut = setTimeout(() => server.closeAllConnections(), 8_000);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      clearTimeout(cut);
      await app.close();
    },
  };
};
