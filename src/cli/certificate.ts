import { Command } from 'commander';
import { exportRecord } from '../admin/index.ts';
import type { Core } from '../core.ts';
import { metadataCsv } from '../credentials/index.ts';
import { UsageError } from './output.ts';
import { cliContext, withCore } from './with-core.ts';

interface Options {
  type?: string;
  purpose: string;
  csv?: boolean;
}

/** Those that can still be read: of a closed account nothing can. */
async function* ofType({ credentials }: Core, type: string) {
  for (let after: string | undefined; ; ) {
    const page = await credentials.walk(after, 500);
    for (const held of page) {
      const found = held.type === type ? await credentials.certificate(held.id) : undefined;
      if (found) yield found;
    }
    if (page.length < 500) return;
    after = page.at(-1)!.id;
  }
}

export const certificateCommand = (): Command => {
  const command = new Command('certificate').description(
    'one certificate, or those of a type, for other systems',
  );
  command
    .command('export')
    .description(
      'metadata under the short names of GB/T 36903 (ZZMC …) with all field values; each reading stands in the log of whom it is about',
    )
    .argument('[certificate]', 'certificate id or identifier')
    .option('--type <type>', 'every certificate of this type instead')
    .requiredOption('--purpose <code>', 'what it is for: a code, read by the holder')
    .option('--csv', 'a table instead of JSON')
    .action(async (which: string | undefined, { type, purpose, csv }: Options) => {
      if ((which === undefined) === (type === undefined))
        throw new UsageError('name one certificate, or a type by --type');
      if (!/^[a-z][a-z0-9_]{0,63}$/.test(purpose)) throw new UsageError('the purpose is a code: lower_case');
      const records = await withCore(async (core) => {
        const one = which === undefined ? undefined : await core.credentials.find(which);
        if (which !== undefined && !one) throw new UsageError('there is no such certificate');
        if (type !== undefined) core.catalogue.get(type);
        const exported = [];
        for await (const certificate of one ? [one] : ofType(core, type!))
          exported.push(await exportRecord(core, certificate, { ...cliContext, purpose }));
        return exported;
      });
      process.stdout.write(csv ? metadataCsv(records) : `${JSON.stringify(records, null, 2)}\n`);
    });
  return command;
};
