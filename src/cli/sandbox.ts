import { existsSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../clock.ts';
import { type Config, readConfig, sandboxConfig } from '../config.ts';
import { keyringOf, storageOf } from '../core.ts';
import { print, UsageError } from './output.ts';

const sandboxHere = (): Config => {
  const config = readConfig();
  if (config.kind === 'sandbox') return config;
  if (!config.sandbox.enabled)
    throw new UsageError('no sandbox runs here; where it is a process of its own, set ONECERT_KIND=sandbox');
  return sandboxConfig(config);
};

const isListening = ({ host, port }: Config): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host === '0.0.0.0' ? '127.0.0.1' : host);
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });

/** What the store in that folder says it belongs to; undefined for an empty folder. */
const kindOfStore = async (config: Config): Promise<string | undefined> => {
  if (!existsSync(join(config.dataDir, 'onecert.db'))) return undefined;
  const storage = await storageOf(config, await keyringOf(config, systemClock, false), systemClock, 5_000);
  try {
    return await storage.facts.get('kind');
  } finally {
    await storage.close();
  }
};

/** The folder itself may be a mounted volume. */
const empty = (dir: string): void => {
  if (!existsSync(dir)) return;
  for (const name of readdirSync(dir)) rmSync(join(dir, name), { recursive: true, force: true });
};

export const sandboxCommand = (): Command => {
  const command = new Command('sandbox').description('the sandbox: sample people, nothing there is real');
  command
    .command('reset')
    .description('forget everything in it, keys included; the next start makes it anew')
    .option('--json', 'one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const sandbox = sandboxHere();
      if (await isListening(sandbox))
        throw new UsageError(`something listens on port ${sandbox.port}: stop the server first`);
      const kind = await kindOfStore(sandbox);
      if (kind === undefined) throw new UsageError(`there is no sandbox in ${sandbox.dataDir}`);
      if (kind !== 'sandbox')
        throw new UsageError(`the store in ${sandbox.dataDir} belongs to a ${kind}: nothing was changed`);
      // The keys go too: with the old root, lists that count from one again would look older than known ones.
      empty(sandbox.dataDir);
      empty(sandbox.keysDir);
      print(json, { reset: sandbox.dataDir }, () => `The sandbox in ${sandbox.dataDir} is empty now.`);
    });
  return command;
};
