/** Read the configuration, run the province, and its sandbox beside it where one is wanted; stop cleanly. */
import { networkInterfaces } from 'node:os';
import { type Config, ConfigError, projectDir, readConfig, sandboxConfig } from './config.ts';
import { listLacks } from './init/index.ts';
import { createLogger } from './log.ts';
import { choosePhone, NoPhoneAddress, phoneGreeting } from './phone/index.ts';
import { type Instance, runInstance } from './run-instance.ts';
import { greeting, renewPasswords, sandboxGreeting, startSampleApps } from './sample/index.ts';

const checkOnly = process.argv.includes('--check-config');

const refuse = (message: string): never => {
  process.stderr.write(`onecert: ${message}\n`);
  process.exit(1);
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const configure = (): Config => {
  try {
    const phone = choosePhone(process.argv, process.env, networkInterfaces());
    return readConfig({ ...process.env, ...phone?.env });
  } catch (error) {
    if (error instanceof ConfigError || error instanceof NoPhoneAddress) return refuse(error.message);
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
const instance = await runInstance(config, { logger }).catch((error: unknown) => {
  logger.debug({ err: error }, 'the start failed');
  return refuse(messageOf(error));
});

/** Comes after the province, which goes on without it: nobody's sign-in depends on a sandbox. */
const startSandbox = async (): Promise<Instance | undefined> => {
  const ownConfig = sandboxConfig(config);
  try {
    const sandbox = await runInstance(ownConfig, { logger: logger.child({ instance: 'sandbox' }) });
    process.stdout.write(sandboxGreeting(ownConfig));
    return sandbox;
  } catch (error) {
    process.stderr.write(
      `onecert: the sandbox did not start: ${messageOf(error)}. ONECERT_SANDBOX=false goes without it.\n`,
    );
    return undefined;
  }
};

const apps = config.sample.apps
  ? await startSampleApps({
      apps: instance.core.apps,
      baseUrl: config.baseUrl,
      dataDir: config.dataDir,
      projectDir,
      path: process.env.PATH,
      logger,
      notOn: config.sandbox.enabled ? config.sandbox.port : undefined,
    })
  : [];
const { people } = instance.core;
const loaded =
  instance.core.loaded ??
  (config.localTls ? await renewPasswords(instance.core.accounts, people, config.dataDir) : undefined);
process.stdout.write(greeting({ ...config, apps, loaded, people, terminal: process.stdout.isTTY === true }));
if (config.localTls) process.stdout.write(await phoneGreeting(config.baseUrl, config.localTls));
const sandbox = config.sandbox.enabled ? startSandbox() : undefined;

let stopping = false;
const stop = async (signal: string): Promise<void> => {
  if (stopping) return;
  stopping = true;
  logger.info({ signal }, 'stopping: no new requests, what runs is finished');
  for (const app of apps) app.stop();
  await Promise.all([instance.stop(), sandbox?.then((started) => started?.stop())]);
  process.exit(0);
};
process.on('SIGTERM', () => void stop('SIGTERM'));
process.on('SIGINT', () => void stop('SIGINT'));
