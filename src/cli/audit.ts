import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { exitCodes, print } from './output.ts';
import { withCore } from './with-core.ts';

export const auditCommand = (): Command => {
  const command = new Command('audit').description('the audit log');
  command
    .command('verify')
    .description('walk every chain and checkpoint; says what it found and what it cannot see')
    .option('--checkpoints <file>', 'checkpoints kept outside the store (default: the configured file)')
    .option('--json', 'one JSON object')
    .action(async (options: { checkpoints?: string; json?: boolean }) => {
      const report = await withCore((core) => {
        const configured = core.config.audit.outsideFile;
        const outsideFile = options.checkpoints ?? (existsSync(configured) ? configured : undefined);
        return core.audit.verify({ outsideFile });
      });
      print(options.json, report, () =>
        [
          `${report.entries} entries of ${report.writers} writers, ${report.checkpoints} checkpoints: ${report.ok ? 'whole' : 'NOT WHOLE'}`,
          ...report.findings.map((finding) => `  found: ${finding.message}`),
          ...report.limits.map((limit) => `  cannot see: ${limit}`),
        ].join('\n'),
      );
      if (!report.ok) process.exitCode = exitCodes.notValid;
    });
  command
    .command('checkpoint')
    .description('sign a checkpoint over all heads now')
    .action(async () => {
      await withCore((core) => core.audit.checkpoint());
      print(false, undefined, () => 'checkpoint signed');
    });
  return command;
};
