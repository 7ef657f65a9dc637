/** The population list: who exists, under which document. A port; the file adapter is for the sample province. */
import { readFileSync } from 'node:fs';
import { canonicalDocumentKind, documentKey, normaliseDocumentNumber } from '../../identifiers/index.ts';
import { readCsv } from './read-register-file.ts';

export interface Resident {
  kind: string;
  number: string;
  name: string;
  sex: 'male' | 'female';
  /** YYYY-MM-DD */
  birthDate: string;
  /** County of residence, GB/T 2260. */
  region: string;
  address: string;
  phone?: string;
}

export interface PopulationRegister {
  find(kind: string, number: string): Promise<Resident | undefined>;
  all(): Promise<Resident[]>;
}

const columns = ['kind', 'number', 'name', 'sex', 'birth_date', 'region', 'address', 'phone'];

/** A population list made in memory. */
export const populationOf = (residents: Resident[]): PopulationRegister => {
  const byDocument = new Map(residents.map((resident) => [documentKey(resident), resident]));
  return {
    find: async (kind, number) =>
      byDocument.get(documentKey({ kind, number: normaliseDocumentNumber(number) })),
    all: async () => [...residents],
  };
};

/** Reads `citizens.csv`. It is ours, not a department's: any fault in it throws, naming the line. */
export const readPopulation = (file: string): PopulationRegister => {
  const csv = readCsv(readFileSync(file));
  if (columns.some((column) => !csv.columns.includes(column))) {
    throw new Error(`${file}: the columns must be ${columns.join(', ')}`);
  }
  const residents = csv.lines.map(({ line, cells }): Resident => {
    const kind = canonicalDocumentKind(cells?.kind ?? '');
    if (!cells || !kind || !cells.number || !cells.name || (cells.sex !== 'male' && cells.sex !== 'female')) {
      throw new Error(`${file}: line ${line} cannot be read`);
    }
    return {
      kind,
      number: cells.number,
      name: cells.name,
      sex: cells.sex,
      birthDate: cells.birth_date!,
      region: cells.region!,
      address: cells.address!,
      ...(cells.phone ? { phone: cells.phone } : {}),
    };
  });
  return populationOf(residents);
};
