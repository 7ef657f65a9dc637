/** Registers read from CSV files: the sample province. Production refuses this adapter. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceError } from '../../errors.ts';
import { documentKey, normaliseDocumentNumber } from '../../identifiers/index.ts';
import type { Catalogue, CertificateType } from '../catalogue/certificate-type.ts';
import { baseColumns, finding, holderKindOf, isFromOthers, type JudgedRow, judgeRow } from './judge-row.ts';
import type { PopulationRegister } from './population.ts';
import { type CsvFile, readCsv } from './read-register-file.ts';
import {
  anglesOf,
  type IntakeFinding,
  type IntakeReport,
  type Register,
  type RegisterRow,
  type Registers,
} from './register.ts';

/** The lines whose value in this column stands in another line as well. */
const repeatedLines = (file: CsvFile, column: string, perHolderKind: boolean): Set<number> => {
  const byValue = new Map<string, number[]>();
  for (const { line, cells } of file.lines) {
    const number = normaliseDocumentNumber(cells?.[column] ?? '');
    if (!cells || !number) continue;
    // One number may exist under two kinds of document.
    const value = perHolderKind ? documentKey({ kind: cells.holder_kind!, number }) : number;
    const lines = byValue.get(value);
    if (lines) lines.push(line);
    else byValue.set(value, [line]);
  }
  return new Set([...byValue.values()].filter((lines) => lines.length > 1).flat());
};

const judgeFile = (
  file: CsvFile,
  type: CertificateType,
  nameOf: (key: string) => string | undefined,
): JudgedRow[] => {
  const repeated = [
    { column: 'key', lines: repeatedLines(file, 'key', false) },
    ...type.fields
      .filter((field) => field.unique)
      .map(({ name, role }) => ({
        column: name,
        lines: repeatedLines(file, name, role === 'holder_number'),
      })),
  ];
  return file.lines.map((line) => {
    const judged = judgeRow(line, type, nameOf);
    const duplicates = repeated
      .filter(({ lines }) => lines.has(line.line))
      .map(({ column }) => finding(line.line, 'duplicate_identifier', column));
    if (duplicates.length === 0) return judged;
    const { row: _, ...blocked } = judged;
    return { ...blocked, findings: [...judged.findings, ...duplicates] };
  });
};

const reportOf = (id: string, judged: JudgedRow[], unknownColumns: string[]): IntakeReport => {
  const findings: IntakeFinding[] = [
    ...unknownColumns.map((column) => finding(1, 'unknown_field', column)),
    ...judged.flatMap((row) => row.findings),
  ];
  const counts: IntakeReport['counts'] = {};
  for (const { code } of findings) counts[code] = (counts[code] ?? 0) + 1;
  const usable = judged.filter(({ row }) => row !== undefined);
  return {
    register: id,
    rows: judged.length,
    usable: usable.length,
    blocked: judged.length - usable.length,
    flagged: usable.filter(({ findings }) => findings.length > 0).length,
    counts,
    findings,
  };
};

const requiredColumns = (type: CertificateType): string[] => [
  ...baseColumns,
  ...type.fields.filter((field) => field.required && !isFromOthers(field)).map((field) => field.name),
];

/** A register in which nobody stands. */
const emptyFile = (type: CertificateType): Uint8Array => Buffer.from(`${requiredColumns(type).join(',')}\n`);

/** One register from the bytes of its file. Throws when a column that every row needs is not there. */
export const openFileRegister = (
  bytes: Uint8Array,
  type: CertificateType,
  nameOf: (key: string) => string | undefined,
): Register => {
  const file = readCsv(bytes);
  const missing = requiredColumns(type).filter((column) => !file.columns.includes(column));
  if (missing.length > 0) throw new Error(`these columns are missing: ${missing.join(', ')}`);
  const known = new Set<string>([...baseColumns, ...type.fields.map((field) => field.name)]);
  const judged = judgeFile(file, type, nameOf);
  const report = reportOf(
    type.register,
    judged,
    file.columns.filter((column) => !known.has(column)),
  );

  const usable = new Map<string, RegisterRow[]>();
  const blocked = new Set<string>();
  for (const { row, holders } of judged) {
    if (!row) for (const holder of holders) blocked.add(holder);
    else
      for (const angle of anglesOf(row)) {
        const key = documentKey(angle.holder);
        usable.set(key, [...(usable.get(key) ?? []), angle]);
      }
  }
  const keyOf = (holder: { kind: string; number: string }): string | undefined =>
    holderKindOf(holder.kind, type) &&
    documentKey({ kind: holder.kind, number: normaliseDocumentNumber(holder.number) });
  return {
    id: type.register,
    adapter: 'file (sample)',
    async find(holder) {
      const key = keyOf(holder) ?? '';
      return { rows: structuredClone(usable.get(key) ?? []), blocked: blocked.has(key) };
    },
    intake: async () => structuredClone(report),
    lines: async () =>
      judged.map(({ line, row, findings }) => ({
        line,
        findings: structuredClone(findings),
        ...(row ? { row: structuredClone(row) } : {}),
      })),
  };
};

/** Opens `<dir>/<register>.csv` for every type of the catalogue. Throws with all files that cannot be read. */
export const openFileRegisters = async (input: {
  dir: string;
  catalogue: Catalogue;
  population: PopulationRegister;
  /** A file that is not there is a register in which nobody stands. */
  mayLack?: boolean;
}): Promise<Registers> => {
  const names = new Map(
    (await input.population.all()).map((resident) => [documentKey(resident), resident.name]),
  );
  const registers = new Map<string, Register>();
  const faults: string[] = [];
  for (const type of input.catalogue.types()) {
    const file = join(input.dir, `${type.register}.csv`);
    try {
      if (registers.has(type.register)) throw new Error('two certificate types read the same register');
      registers.set(
        type.register,
        openFileRegister(
          input.mayLack && !existsSync(file) ? emptyFile(type) : readFileSync(file),
          type,
          (key) => names.get(key),
        ),
      );
    } catch (error) {
      faults.push(`  ${file}: ${error instanceof Error ? error.message : 'cannot be read'}`);
    }
  }
  if (faults.length > 0)
    throw new Error(`The registers have ${faults.length} fault(s):\n${faults.join('\n')}`);
  return {
    get: (id) => {
      const register = registers.get(id);
      if (!register) throw new ServiceError('not_found', { detail: 'There is no such register.' });
      return register;
    },
    all: () => [...registers.values()],
  };
};
