/** `onecert keys certificate …`: X.509 certificates of the keys that sign, from an authority on another machine. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../clock.ts';

import { certifiedUses } from '../core.ts';
import { type Keyring, openKeyring } from '../keyring/index.ts';
import { certifyRequests, ensureAuthority } from '../trust/index.ts';
import { dayOption } from './day-option.ts';
import { print, UsageError } from './output.ts';
import { withCore } from './with-core.ts';

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`${file} cannot be read`);
  }
};

const openCeremony = (dir: string): Promise<Keyring> =>
  openKeyring({ dir, clock: systemClock, mode: 'ceremony', env: {}, generateSecrets: false });

const certificateFile = (dir: string): string => join(dir, 'document-ca.pem');

const authority = (): Command =>
  new Command('authority')
    .description('offline: make the authority’s key and certificate; prints the certificate')
    .requiredOption('--ceremony-dir <folder>', 'a medium that leaves this machine')
    .requiredOption('--province <name>', 'the province’s name in English, as it stands in certificates')
    .requiredOption('--base-url <url>', 'address of the instance, as it stands in certificates')
    .action(async (options: { ceremonyDir: string; province: string; baseUrl: string }) => {
      const file = certificateFile(options.ceremonyDir);
      if (!existsSync(file)) {
        const ceremony = await openCeremony(options.ceremonyDir);
        const { province, baseUrl } = options;
        writeFileSync(file, await ensureAuthority(ceremony, { province, baseUrl }));
      }
      process.stdout.write(read(file));
    });

const request = (): Command =>
  new Command('request')
    .description('prints a request to the authority for every key that needs a certificate')
    .action(async () => {
      const requests = await withCore((core) =>
        core.trust.signers.requests(certifiedUses(core.config, core.catalogue)),
      );
      process.stdout.write(`${requests.join('\n')}\n`);
    });

const sign = (): Command =>
  new Command('sign')
    .description('offline: certificates for the requests, and a list of the revoked; prints them')
    .requiredOption('--ceremony-dir <folder>', 'where the authority’s key is')
    .requiredOption('--until <day>', 'YYYY-MM-DD: the end of the keys, as `onecert keys list` shows it')
    .option('--revoked <file>', 'PEM: certificates that are not to be believed any more')
    .argument('<file>', 'the requests, PEM')
    .action(async (file: string, options: { ceremonyDir: string; until: string; revoked?: string }) => {
      const signed = await certifyRequests(await openCeremony(options.ceremonyDir), {
        clock: systemClock,
        authority: read(certificateFile(options.ceremonyDir)),
        requests: read(file),
        until: dayOption('--until', options.until),
        ...(options.revoked ? { revoked: read(options.revoked) } : {}),
      });
      process.stdout.write(signed);
    });

const take = (): Command =>
  new Command('import')
    .description('take up what the authority signed: its own certificate, those of our keys, lists')
    .argument('<file...>', 'PEM')
    .option('--json', 'one JSON object')
    .action(async (files: string[], { json }: { json?: boolean }) => {
      const pem = files.map(read).join('\n');
      const { taken, alarms } = await withCore(async (core) => {
        const imported = await core.trust.signers.import(pem);
        const details = { ...imported };
        await core.audit.append({ action: 'key.certified', actor: 'cli', result: 'ok', details });
        const left = await core.trust.signers.alarms(certifiedUses(core.config, core.catalogue));
        return { taken: imported, alarms: left };
      });
      print(json, { ...taken, alarms }, () =>
        [
          `${taken.authorities} authorities, ${taken.signers} certificates, ${taken.crls} lists taken up`,
          ...alarms,
        ].join('\n'),
      );
    });

export const keyCertificatesCommand = (): Command =>
  new Command('certificate')
    .description('X.509 certificates of the keys that sign: authority, request, sign, import')
    .addCommand(authority())
    .addCommand(request())
    .addCommand(sign())
    .addCommand(take());
