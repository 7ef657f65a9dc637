import { Command } from 'commander';
import { describeInstance } from './describe-instance.ts';
import { print, table } from './output.ts';
import { withCore } from './with-core.ts';

export const infoCommand = (): Command =>
  new Command('info')
    .description('every URL a client needs, and which adapters are really connected')
    .option('--json', 'one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const info = await withCore(describeInstance);
      print(json, info, () =>
        table(
          Object.entries(info).flatMap(([name, value]) =>
            typeof value === 'object' && value !== null && !Array.isArray(value)
              ? Object.entries(value).map(([inner, text]) => [`${name}.${inner}`, String(text)])
              : [[name, Array.isArray(value) ? value.join(' ') : String(value)]],
          ),
        ),
      );
    });
