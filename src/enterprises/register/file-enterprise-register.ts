/** The register read from a CSV file: the sample province. Production refuses this adapter (registers.adapter). */
import { readFileSync, statSync } from 'node:fs';
import { readCsv } from '../../credentials/index.ts';
import { ServiceError } from '../../errors.ts';
import {
  canonicalDocumentKind,
  checkCreditCode,
  checkDocument,
  normaliseDocumentNumber,
  normaliseName,
} from '../../identifiers/index.ts';
import type { EnterpriseRecord, EnterpriseRegister } from './enterprise-register.ts';

const columns = [
  'credit_code',
  'name',
  'legal_rep_kind',
  'legal_rep_number',
  'legal_rep_name',
  'state',
  'region',
];
const states = new Set(['01', '02', '03', '04', '05', '06', '07', '99']);

/** Undefined when the row says something that cannot be. A wrong check character of the code alone may be real. */
const readRow = (cells: Record<string, string>): EnterpriseRecord | undefined => {
  const creditCode = normaliseDocumentNumber(cells.credit_code!);
  const check = checkCreditCode(creditCode);
  const kind = canonicalDocumentKind(cells.legal_rep_kind!);
  const number = normaliseDocumentNumber(cells.legal_rep_number!);
  const legalRepName = normaliseName(cells.legal_rep_name!);
  const wrong =
    (!check.ok && check.fault === 'shape') ||
    !kind ||
    !checkDocument(kind, number).ok ||
    !cells.name ||
    !legalRepName ||
    !states.has(cells.state!) ||
    !/^\d{6}$/.test(cells.region!);
  if (wrong) return undefined;
  return {
    creditCode,
    name: cells.name!,
    legalRep: { kind: kind!, number, name: legalRepName },
    state: cells.state as EnterpriseRecord['state'],
    region: cells.region!,
    ...(cells.address ? { address: cells.address } : {}),
    ...(cells.established ? { established: cells.established } : {}),
    agency: cells.agency === 'yes',
  };
};

interface Rows {
  usable: Map<string, EnterpriseRecord>;
  faulty: Set<string>;
}

const readRows = (file: string): Rows => {
  const csv = readCsv(readFileSync(file));
  const missing = columns.filter((column) => !csv.columns.includes(column));
  if (missing.length > 0) throw new Error(`${file}: these columns are missing: ${missing.join(', ')}`);
  const usable = new Map<string, EnterpriseRecord>();
  const faulty = new Set<string>();
  for (const { cells } of csv.lines) {
    if (!cells) continue;
    const code = normaliseDocumentNumber(cells.credit_code!);
    const row = readRow(cells);
    // Two rows for one enterprise: nobody can say which is right.
    if (!row || usable.has(code)) faulty.add(code);
    else usable.set(code, row);
  }
  return { usable, faulty };
};

/** Reads the file again when it has changed, as a department's register does without telling. */
export const openFileEnterpriseRegister = (file: string): EnterpriseRegister => {
  const stamp = (): string => {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs}|${size}|${ino}`;
  };
  let read = stamp();
  let rows = readRows(file);
  return {
    adapter: 'file (sample)',
    async find(creditCode) {
      const now = stamp();
      if (now !== read) {
        rows = readRows(file);
        read = now;
      }
      if (rows.faulty.has(creditCode)) throw new ServiceError('register_entry_faulty');
      return structuredClone(rows.usable.get(creditCode));
    },
  };
};
