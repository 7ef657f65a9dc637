/** The rows of a batch: every line of a register, or the rows of the holders that a list names. */
import { createHmac } from 'node:crypto';
import { ServiceError } from '../../errors.ts';
import { canonicalDocumentKind, normaliseDocumentNumber } from '../../identifiers/index.ts';
import { readCsv } from '../registers/read-register-file.ts';
import type { Register, RegisterLine } from '../registers/register.ts';

export interface BatchRows {
  count: number;
  /** The same rows in the same order give the same mark; it says nothing about them without the key. */
  mark: string;
  /** The register's lines behind the given ones; `undefined` lines: the register has none for this holder. */
  at(position: number): Promise<{ line: number; found: RegisterLine[] }>;
}

const markOf = (key: Uint8Array, names: readonly unknown[]): string =>
  createHmac('sha256', key).update(JSON.stringify(names)).digest('base64url');

/** Throws not_found for a register whose adapter cannot list its rows: then a list of holders is needed. */
export const rowsOfRegister = async (register: Register, markKey: Uint8Array): Promise<BatchRows> => {
  if (!register.lines)
    throw new ServiceError('not_found', { detail: `the register ${register.id} does not list its rows` });
  const lines = await register.lines();
  const names = lines.map(({ line, row }) => [line, row?.key ?? '']);
  return {
    count: lines.length,
    mark: markOf(markKey, [register.id, names]),
    at: async (position) => {
      const found = lines[position]!;
      return { line: found.line, found: [found] };
    },
  };
};

/**
 * A list names holders, never attributes: those come from the register (CSV with `holder_kind` and `holder_number`).
 * Throws invalid_request for a file without these columns.
 */
export const rowsOfHolders = async (
  register: Register,
  csv: Uint8Array,
  markKey: Uint8Array,
): Promise<BatchRows> => {
  const file = readCsv(csv);
  if (!['holder_kind', 'holder_number'].every((column) => file.columns.includes(column)))
    throw new ServiceError('invalid_request', {
      detail: 'the list needs the columns holder_kind and holder_number',
    });
  return {
    count: file.lines.length,
    mark: createHmac('sha256', markKey).update(csv).digest('base64url'),
    at: async (position) => {
      const { line, cells } = file.lines[position]!;
      const kind = canonicalDocumentKind(cells?.holder_kind ?? '');
      const number = normaliseDocumentNumber(cells?.holder_number ?? '');
      if (!kind || !number)
        return { line, found: [{ line, findings: [{ line, code: 'unreadable_row', effect: 'blocked' }] }] };
      const { rows } = await register.find({ kind, number });
      return { line, found: rows.map((row) => ({ line, findings: [], row })) };
    },
  };
};
