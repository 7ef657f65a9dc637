import { Command, Option } from 'commander';
import { seconds } from '../clock.ts';
import type { Core } from '../core.ts';
import type { KeyAlg, KeyPurpose } from '../keyring/index.ts';
import type { KeyProgress } from '../storage/index.ts';
import { compromiseKey, type KeyChange, listKeys, retireKey, rotateKey } from '../trust/index.ts';
import { keyCertificatesCommand } from './key-certificates.ts';
import { print, table, UsageError } from './output.ts';
import { withCore } from './with-core.ts';

const keyPurposes: KeyPurpose[] = [
  'root',
  'document-ca',
  'trust-list',
  'certificate',
  'status',
  'pack',
  'login',
  'audit',
];
const keyAlgs: KeyAlg[] = ['ES256', 'EdDSA', 'RS256'];

interface RotateOptions {
  purpose: KeyPurpose;
  owner: string;
  alg: KeyAlg;
  in?: string;
  json?: boolean;
}

const shown = ({ key, others, published }: KeyChange) => ({
  kid: key.kid,
  purpose: key.purpose,
  owner: key.owner,
  alg: key.alg,
  state: key.state,
  also_active: others.map((other) => other.kid),
  trust_list_published: published,
});

const sentence = (change: KeyChange): string =>
  [
    `${change.key.purpose} key ${change.key.kid} of ${change.key.owner} is ${change.key.state}`,
    change.published
      ? 'the trust list is published'
      : 'THE TRUST LIST COULD NOT BE SIGNED: the ceremony is needed',
  ].join('\n');

const endVerb = (name: string, description: string, act: typeof retireKey): Command =>
  new Command(name)
    .description(description)
    .argument('<kid>', 'key id, as `onecert keys list` shows it')
    .option('--json', 'one JSON object')
    .action(async (kid: string, { json }: { json?: boolean }) => {
      const change = await withCore((core) =>
        act(core.keyring, core.trust, core.audit, { kid, actor: 'cli' }),
      );
      print(json, shown(change), () => sentence(change));
    });

/** Progress for who watches; a log file gets the last line only. */
const showProgress =
  (what: string) =>
  ({ done, total }: KeyProgress): void => {
    if (process.stderr.isTTY)
      process.stderr.write(`\r${what} ${done} of ${total}${done < total ? '' : '\n'}`);
  };

/** A job over the whole store, beside running servers; started again after a crash it goes on. */
const jobVerb = (
  name: 'rewrap' | 'reindex',
  description: string,
  done: (changed: number, status: Awaited<ReturnType<Core['storage']['keys']['status']>>) => string,
): Command =>
  new Command(name)
    .description(description)
    .option('--json', 'one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const { changed, status } = await withCore(async (core) => {
        const count = await core.storage.keys[name](showProgress(name));
        const action = name === 'rewrap' ? 'secrets.rewrapped' : 'secrets.reindexed';
        await core.audit.append({ action, actor: 'cli', result: 'ok', details: { records: count } });
        return { changed: count, status: await core.storage.keys.status() };
      });
      print(json, { changed, masters: status.masters, index_keys: status.indexKeys }, () =>
        done(changed, status),
      );
    });

export const keysCommand = (): Command => {
  const command = new Command('keys').description(
    'signing keys: list, rotate, retire, mark as stolen; secrets: rewrap, reindex',
  );
  command
    .command('list')
    .option('--json', 'one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const keys = await withCore(async (core) => listKeys(core.keyring, core.clock));
      print(json, keys, () =>
        table([
          ['kid', 'purpose', 'owner', 'alg', 'state', 'days left'],
          ...keys.map((key) => [key.kid, key.purpose, key.owner, key.alg, key.state, String(key.daysLeft)]),
        ]),
      );
    });
  command
    .command('rotate')
    .description('make the next key; the old one stays active until it is retired')
    .addOption(new Option('--purpose <purpose>').choices(keyPurposes).makeOptionMandatory())
    .option('--owner <issuer>', 'issuer id of the department', 'province')
    .addOption(new Option('--alg <alg>').choices(keyAlgs).default('ES256'))
    .option(
      '--in <minutes>',
      'when it starts to sign; until then it is published (default: 15 for login, else 0)',
    )
    .option('--json', 'one JSON object')
    .action(async (options: RotateOptions) => {
      const { purpose, owner, alg, in: minutes = purpose === 'login' ? '15' : '0' } = options;
      if (!/^\d{1,6}(?:\.\d{1,3})?$/.test(minutes)) throw new UsageError('--in is a number of minutes');
      const wait = Math.round(Number(minutes) * 60);
      const change = await withCore((core) =>
        rotateKey(core.keyring, core.trust, core.audit, {
          purpose,
          owner,
          alg,
          ...(wait === 0 ? {} : { notBefore: seconds(core.clock) + wait }),
          actor: 'cli',
        }),
      );
      print(options.json, shown(change), () => sentence(change));
    });
  command.addCommand(keyCertificatesCommand());
  command.addCommand(
    endVerb(
      'retire',
      'planned end: the private key is destroyed; what it signed is judged by date',
      retireKey,
    ),
  );
  command.addCommand(
    jobVerb(
      'rewrap',
      'wrap every person’s data key with the newest personal-data master, while servers run',
      (changed, { masters }) =>
        `${changed} data keys wrapped again, all with master ${masters.current}: the older masters can be taken away`,
    ),
  );
  command.addCommand(
    jobVerb(
      'reindex',
      'index every record with the newest index key, while servers run',
      (changed, { indexKeys }) =>
        `${changed} records indexed again, all with index key ${indexKeys.join(', ')}: the older ones can be taken away`,
    ),
  );
  command.addCommand(
    endVerb('compromised', 'stolen: what it signed verifies nothing from the next pack on', compromiseKey),
  );
  return command;
};
