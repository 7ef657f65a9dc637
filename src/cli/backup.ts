import { Command } from 'commander';
import { writeBackup } from '../backup/index.ts';
import { readConfig } from '../config.ts';
import { print } from './output.ts';
import { restoreInstance } from './restore-instance.ts';
import { withCore } from './with-core.ts';

const passphrase = (): string | undefined => process.env.ONECERT_BACKUP_PASSPHRASE || undefined;

export const backupCommand = (): Command =>
  new Command('backup')
    .description('store and keys into one file; encrypted when ONECERT_BACKUP_PASSPHRASE is set')
    .argument('<file>', 'where to write it')
    .option('--json', 'one JSON object')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const summary = await withCore((core) =>
        writeBackup({
          storage: core.storage,
          keysDir: core.config.keysDir,
          outsideFile: core.config.audit.outsideFile,
          baseUrl: core.config.baseUrl,
          file,
          passphrase: passphrase(),
          now: core.clock.now(),
        }),
      );
      print(json, summary, () =>
        [
          `${summary.records} records and ${summary.keyFiles} key files written to ${file}, ${summary.bytes} bytes`,
          summary.encrypted
            ? 'encrypted'
            : 'NOT encrypted: it holds private keys. Set ONECERT_BACKUP_PASSPHRASE.',
        ].join('\n'),
      );
    });

export const restoreCommand = (): Command =>
  new Command('restore')
    .description('a backup onto an empty machine; checked to its last line before anything is written')
    .argument('<file>', 'the backup')
    .option('--json', 'one JSON object')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const restored = await restoreInstance(readConfig(), { file, passphrase: passphrase() });
      print(json, restored, () => `${restored.records} records and ${restored.keyFiles} key files restored`);
    });
