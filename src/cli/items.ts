import { resolve } from 'node:path';
import { Command } from 'commander';
import { readConfig } from '../config.ts';
import { itemsDir } from '../core.ts';
import { readCatalogue, readDepartments } from '../credentials/index.ts';
import { type ItemFault, ItemsError, readItems, sentenceOf } from '../items/index.ts';
import { exitCodes, print } from './output.ts';

interface ItemsReport {
  folder: string;
  items: number;
  faults: (ItemFault & { sentence: string })[];
}

const checkFolder = (given: string | undefined): ItemsReport => {
  const config = readConfig();
  const units = config.departmentsFile ? readDepartments(config.departmentsFile).map(({ id }) => id) : [];
  const catalogue = readCatalogue(config.certificatesDir, { issuers: units });
  const folder = given ? resolve(given) : itemsDir(config);
  try {
    const items = readItems(folder, { catalogue, units: new Set(units) });
    return { folder, items: items.all().length, faults: [] };
  } catch (error) {
    if (!(error instanceof ItemsError)) throw error;
    const faults = error.faults.map((fault) => ({ ...fault, sentence: sentenceOf(fault) }));
    return { folder, items: 0, faults };
  }
};

export const itemsCommand = (): Command => {
  const command = new Command('items').description(
    'service items: what each may ask, of whom, on what basis',
  );
  command
    .command('check')
    .description('read every item file; a sentence for each fault, with what to do; needs no running server')
    .argument('[folder]', 'another folder of item files than this instance’s')
    .option('--json', 'one JSON object')
    .action((folder: string | undefined, { json }: { json?: boolean }) => {
      const report = checkFolder(folder);
      print(json, report, () =>
        report.faults.length === 0
          ? `${report.items} items, no fault`
          : [`${report.faults.length} fault(s)`, ...report.faults.map((fault) => `  ${fault.sentence}`)].join(
              '\n',
            ),
      );
      if (report.faults.length > 0) process.exitCode = exitCodes.notValid;
    });
  return command;
};
