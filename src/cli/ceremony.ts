import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import {
  confirmByBoth,
  hashPassphrase,
  planCeremony,
  readCeremonyFile,
  runCeremony,
  transcriptText,
  tryCeremony,
} from '../ceremony/index.ts';
import { systemClock } from '../clock.ts';
import { projectDir } from '../config.ts';
import { askPassphrase, askSecret } from './ask-secret.ts';
import { print, UsageError } from './output.ts';

const software = (): string => {
  const { name, version } = JSON.parse(readFileSync(join(projectDir, 'package.json'), 'utf8'));
  return `${name} ${version}`;
};

export const ceremonyCommand = (): Command => {
  const command = new Command('ceremony').description(
    'make keys and sign root statements from one reviewed file, before two persons (docs/key-ceremony.md)',
  );
  command
    .command('run')
    .description('show the plan, have both persons confirm it, do it, verify it, write the transcript')
    .argument('<file>', 'the reviewed file (YAML)')
    .option('--dry-run', 'try everything with throw-away keys, keep nothing, print the plan')
    .option('--yes', 'ask nobody; in a dry run only')
    .option('--json', 'the transcript as one JSON object')
    .action(async (path: string, options: { dryRun?: boolean; yes?: boolean; json?: boolean }) => {
      if (options.yes && !options.dryRun)
        throw new UsageError('--yes belongs to --dry-run: two persons confirm');
      const file = readCeremonyFile(path);
      if (options.dryRun) {
        const tried = await tryCeremony(file, software());
        if (!options.yes) await confirmByBoth(file.persons, planCeremony(file, software()), askPassphrase);
        process.stdout.write(tried);
        return;
      }
      const { transcript } = await runCeremony(file, {
        clock: systemClock,
        software: software(),
        env: process.env,
        confirm: askPassphrase,
      });
      print(options.json, transcript, () => transcriptText(transcript).trimEnd());
    });
  command
    .command('passphrase')
    .description('ask for a passphrase and print the line of it for a ceremony file')
    .action(async () => {
      const first = await askSecret('passphrase, at least 12 characters: ');
      if ((await askSecret('once more: ')) !== first) throw new UsageError('the two are not the same');
      process.stdout.write(`${hashPassphrase(first)}\n`);
    });
  return command;
};
