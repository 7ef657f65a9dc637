import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { Certificate, CertificateState } from '../credentials/index.ts';
import { stateNames } from '../wallet/index.ts';
import { exitCodes, print, table, UsageError } from './output.ts';
import { findAccount } from './person.ts';
import { cliContext, withCore } from './with-core.ts';

const summary = ({ id, identifier, type, issuer, state, validFrom, validUntil, holder }: Certificate) => ({
  id,
  identifier,
  type,
  issuer,
  holder,
  state,
  state_name: stateNames[state].en,
  valid_from: validFrom,
  valid_until: validUntil,
});

const day = (time: number | undefined): string =>
  time ? new Date(time * 1000).toISOString().slice(0, 10) : 'long-term';

const stateVerb = (name: string, to: CertificateState, description: string): Command =>
  new Command(name)
    .description(description)
    .argument('<certificate>', 'certificate id or identifier')
    .option('--reason <code>', 'stable reason code, told online only', 'unspecified')
    .option('--json', 'one JSON object')
    .action(async (which: string, options: { reason: string; json?: boolean }) => {
      const changed = await withCore(async (core) => {
        const certificate = await core.credentials.find(which);
        if (!certificate) throw new UsageError('there is no such certificate');
        return core.credentials.changeState(certificate.id, to, options.reason, cliContext);
      });
      print(
        options.json,
        summary(changed),
        () => `${changed.id} is now ${stateNames[changed.state].en.toLowerCase()}`,
      );
    });

export const credentialCommand = (): Command => {
  const command = new Command('credential').description('certificates: list, suspend, resume, revoke');
  command
    .command('list')
    .description('certificates, all or of one person or type; no field values')
    .option('--account <account>', 'account id, or the key of a named sample person')
    .option('--type <type>', 'certificate type')
    .option('--json', 'one JSON array')
    .action(async (options: { account?: string; type?: string; json?: boolean }) => {
      const found = await withCore(async (core) => {
        const holder = options.account ? (await findAccount(core, options.account)).id : undefined;
        return core.credentials.list({ holder, type: options.type });
      });
      print(options.json, found.map(summary), () =>
        table([
          ['id', 'type', 'issuer', 'state', 'valid until', 'holder'],
          ...found.map((c) => [c.id, c.type, c.issuer, stateNames[c.state].en, day(c.validUntil), c.holder]),
        ]),
      );
    });
  command
    .command('reissue-signed-by')
    .description(
      'after a key was stolen: mark every copy it signed, so that wallets fetch another; run again, it tells how far they are',
    )
    .argument('<kid>', 'key id, as `onecert keys list` shows it')
    .option('--json', 'one JSON object')
    .action(async (kid: string, { json }: { json?: boolean }) => {
      const onProgress = (done: number) => {
        if (process.stderr.isTTY) process.stderr.write(`\rcopies looked at: ${done} `);
      };
      const report = await withCore((core) =>
        core.credentials.markForReissue({ kid, context: cliContext, onProgress }),
      );
      print(json, report, () =>
        [
          `${report.copies} copies were signed by this key, ${report.due} are still in their time (${report.marked} marked just now)`,
          `${report.fetchedAnew} of ${report.certificates} certificates have a copy by another key since`,
        ].join('\n'),
      );
    });
  command
    .command('judge')
    .description('the online answer: the status of this moment, and what only the record knows')
    .argument('<file>', 'the certificate or show code')
    .option('--json', 'one JSON object')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const verdict = await withCore((core) =>
        core.credentials.judgeOnline(readFileSync(file, 'utf8').trim()),
      );
      print(json, verdict, () => `${verdict.sentence.zh} ${verdict.sentence.en} (${verdict.code})`);
      process.exitCode = verdict.outcome === 'valid' ? exitCodes.done : exitCodes.notValid;
    });
  command.addCommand(stateVerb('suspend', '02', 'suspend 暂扣: not valid until resumed'));
  command.addCommand(stateVerb('resume', '01', 'end a suspension'));
  command.addCommand(stateVerb('revoke', '07', 'revoke 吊销: final'));
  return command;
};
