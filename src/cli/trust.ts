import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { confirmByBoth, readProvinceFile } from '../ceremony/index.ts';
import { askPassphrase } from './ask-secret.ts';
import { print } from './output.ts';
import { withCore } from './with-core.ts';

const day = (at: number): string => new Date(at * 1000).toISOString();

export const trustCommand = (): Command => {
  const command = new Command('trust').description(
    'root statements of the ceremony; issuers of other provinces (docs/trust-list.md)',
  );
  command
    .command('import-statement')
    .description('a root statement signed in the ceremony; one that begins later waits for its day')
    .argument('<file>', 'the .jwt of the ceremony')
    .option('--json', 'one JSON object')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const { number, iat, exp } = await withCore(async (core) => {
        const payload = await core.trust.importRootStatement(readFileSync(file, 'utf8').trim());
        await core.audit.append({
          action: 'trust.statement_imported',
          actor: 'cli',
          result: 'ok',
          details: { number: payload.number },
        });
        await core.trust.publish();
        return payload;
      });
      print(
        json,
        { number, valid_from: iat, valid_until: exp },
        () => `root statement ${number} is here: in force from ${day(iat)} until ${day(exp)}`,
      );
    });
  command
    .command('import-province')
    .description(
      'take over what another province’s signed list says of its issuers, confirmed by two persons',
    )
    .argument('<file>', 'the reviewed file (YAML)')
    .option('--json', 'one JSON object')
    .action(async (path: string, { json }: { json?: boolean }) => {
      const { input, persons, plan } = readProvinceFile(path);
      await confirmByBoth(persons, plan, askPassphrase);
      const province = await withCore(async (core) => {
        const imported = await core.trust.provinces.import(input);
        await core.audit.append({
          action: 'trust.province_imported',
          actor: 'cli',
          object: imported.id,
          result: 'ok',
          details: { number: imported.number, keys: imported.keys.length, file: input.reviewed.sha256 },
        });
        await core.trust.publish();
        return imported;
      });
      const { id, number, expiresAt, issuers, keys } = province;
      print(
        json,
        { id, number, expires_at: expiresAt, issuers: issuers.map((issuer) => issuer.id), keys: keys.length },
        () =>
          `${issuers.length} issuers of ${id} with ${keys.length} keys stand in the trust list until ${day(expiresAt)}`,
      );
    });
  command
    .command('remove-province')
    .description('take all issuers of another province off the trust list')
    .argument('<id>')
    .action(async (id: string) => {
      await withCore(async (core) => {
        await core.trust.provinces.remove(id);
        await core.audit.append({ action: 'trust.province_removed', actor: 'cli', object: id, result: 'ok' });
        await core.trust.publish();
      });
      process.stdout.write(`no issuer of ${id} stands in the trust list any more\n`);
    });
  return command;
};
