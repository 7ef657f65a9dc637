import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { readConfig } from '../config.ts';
import { type FirstAdministrator, initInstance, listLacks, parseAdministrator } from '../init/index.ts';
import { createLogger } from '../log.ts';
import { roleNames } from '../officials/index.ts';
import { exitCodes, print, table, UsageError } from './output.ts';

const collect = (value: string, list: string[]): string[] => [...list, value];

interface InitOptions {
  checkConfig?: boolean;
  ceremonyDir?: string;
  organisation?: string;
  administrator: string[];
  administrators?: string;
  unit?: string;
  json?: boolean;
}

/** From the arguments, or from a file with a line each, which no shell history keeps. */
const readAdministrators = (options: InitOptions): [FirstAdministrator, FirstAdministrator] => {
  const lines = options.administrators
    ? readFileSync(options.administrators, 'utf8').split(/\r?\n/)
    : options.administrator;
  const given = lines.filter((line) => line.trim() !== '').map(parseAdministrator);
  const faults = given.flatMap((each, i) =>
    'fault' in each ? [`administrator ${i + 1}: ${each.fault}`] : [],
  );
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  const [first, second, ...more] = given as FirstAdministrator[];
  if (!first || !second || more.length > 0) throw new UsageError('name exactly two administrators');
  return [first, second];
};

const checkConfig = async (json: boolean | undefined): Promise<void> => {
  const lacks = await listLacks(readConfig());
  print(json, { lacks }, () => (lacks.length > 0 ? lacks.join('\n') : 'nothing is missing'));
  if (lacks.length > 0) process.exitCode = exitCodes.notValid;
};

export const initCommand = (): Command =>
  new Command('init')
    .description('make an empty production instance usable: keys, organisation tree, two administrators')
    .option(
      '--check-config',
      'only list what this instance still lacks; exit code 1 when something is missing',
    )
    .option('--ceremony-dir <folder>', 'where the root keys are made: a medium that leaves this machine')
    .option('--organisation <file>', 'the organisation tree (YAML)')
    .option('--administrator <name,kind,number,phone>', 'one of the first two; give it twice', collect, [])
    .option('--administrators <file>', 'the same from a file, a line each, kept out of the shell history')
    .option('--unit <id>', 'unit of the two (default: the first of the tree)')
    .option('--json', 'one JSON object')
    .action(async (options: InitOptions) => {
      if (options.checkConfig) return checkConfig(options.json);
      const { ceremonyDir, organisation: organisationFile } = options;
      if (!ceremonyDir || !organisationFile)
        throw new UsageError('--ceremony-dir and --organisation have to be given (or --check-config)');
      const administrators = readAdministrators(options);
      const report = await initInstance(readConfig(), {
        ceremonyDir,
        organisationFile,
        administrators,
        unit: options.unit,
        logger: createLogger(process.env.LOG_LEVEL ?? 'warn'),
      });
      print(options.json, report, () =>
        [
          table([
            ['root', report.root],
            ['root file', report.rootFile],
            ['keys made', String(report.keysMade)],
            ['tree', `version ${report.tree.number}, ${report.tree.units} units`],
          ]),
          '',
          ...report.administrators.map(
            ({ role, link }) =>
              `${roleNames[role].zh} ${roleNames[role].en}: ${link ?? 'has started already'}`,
          ),
          '',
          'Each link works once and for one hour, and asks for a passkey. Hand it over in person.',
          `Now move ${ceremonyDir}/offline to two safes and take it off this machine (keys/README.md).`,
        ].join('\n'),
      );
    });
