import { resolve } from 'node:path';
import { Command } from 'commander';
import { readConfig } from '../config.ts';
import {
  lintCatalogue,
  publishVocabularies,
  readCatalogue,
  readDepartments,
  widestVersion,
} from '../credentials/index.ts';
import { exitCodes, print, table } from './output.ts';

const placeOf = (given: string | undefined) => {
  const config = readConfig();
  const issuers = config.departmentsFile && readDepartments(config.departmentsFile).map(({ id }) => id);
  return { dir: given ? resolve(given) : config.certificatesDir, ...(issuers ? { issuers } : {}) };
};

const lint = (given: string | undefined) => {
  const { dir, ...options } = placeOf(given);
  return lintCatalogue(dir, options);
};

type Report = Awaited<ReturnType<typeof lint>>;

const sizesText = ({ sizes }: Report): string =>
  table([
    ['type', 'view', 'characters', 'QR version (M)', 'printed'],
    ...sizes.map(({ type, view, characters, version, printedMm }) => [
      type,
      view,
      String(characters),
      version === undefined ? 'none' : String(version),
      printedMm === undefined ? '' : `${printedMm} mm`,
    ]),
  ]);

const faultsText = ({ faults }: Report): string =>
  [`${faults.length} fault(s)`, ...faults.map(({ sentence }) => `  ${sentence}`)].join('\n');

export const certificateTypesCommand = (): Command => {
  const command = new Command('certificate-types').description(
    'certificate types: what is wrong with their files, and how large each show code gets',
  );
  const folder = ['[folder]', 'another folder of type files than this instance’s'] as const;
  command
    .command('check')
    .description(
      'a sentence for each fault of each file, then the size of each view; needs no running server',
    )
    .argument(...folder)
    .option('--json', 'one JSON object')
    .action(async (given: string | undefined, { json }: { json?: boolean }) => {
      const report = await lint(given);
      print(json, report, () =>
        report.faults.length > 0
          ? faultsText(report)
          : [`${report.types} certificate types, no fault`, '', sizesText(report)].join('\n'),
      );
      if (report.faults.length > 0) process.exitCode = exitCodes.notValid;
    });
  command
    .command('sizes')
    .description(
      `each view with its longest values: QR version at level M (${widestVersion} at most) and printed millimetres`,
    )
    .argument(...folder)
    .option('--json', 'one JSON array')
    .action(async (given: string | undefined, { json }: { json?: boolean }) => {
      const report = await lint(given);
      print(json, report.sizes, () => sizesText(report));
    });
  command
    .command('publish')
    .description(
      'record the present version of each type that has no record; a recorded version never changes',
    )
    .argument(...folder)
    .option('--json', 'one JSON array')
    .action((given: string | undefined, { json }: { json?: boolean }) => {
      const { dir, ...options } = placeOf(given);
      const written = publishVocabularies(dir, readCatalogue(dir, options).types());
      print(json, written, () => written.join('\n') || 'every version is recorded already');
    });
  return command;
};
