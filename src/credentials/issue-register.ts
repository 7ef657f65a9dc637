/** Walks one register to its end: a certificate for every row, or the reason why there is none (SHR-4). */
import { ServiceError } from '../errors.ts';
import type { Catalogue } from './catalogue/certificate-type.ts';
import type { Holders } from './holder.ts';
import type { ActContext, Credentials } from './index.ts';
import type { IntakeCode, RegisterLine, RegisterRow, Registers } from './registers/register.ts';

export type RowReason =
  | IntakeCode
  /** No person of this number has an account, or no enterprise of this code is in force. */
  | 'no_account'
  | 'proofing_level'
  | 'row_not_issuable'
  /** An official says yes to each certificate of this type. */
  | 'approval_needed';

export interface RowOutcome {
  line: number;
  /** The row's key in the register; absent when intake could not take the row. */
  key?: string;
  certificate?: string;
  /** Present when nothing was issued. Codes, never values. */
  reasons?: RowReason[];
}

export interface RegisterWalk {
  type: string;
  register: string;
  rows: number;
  issued: number;
  refused: number;
  counts: Partial<Record<RowReason, number>>;
  lines: RowOutcome[];
}

export interface IssueRegisterDeps {
  catalogue: Catalogue;
  credentials: Pick<Credentials, 'ensureRow'>;
  holders: Pick<Holders, 'named'>;
  registers: Registers;
}

const issueRow = async (
  deps: IssueRegisterDeps,
  typeId: string,
  row: RegisterRow,
  context: ActContext,
): Promise<{ certificate: string } | { reasons: RowReason[] }> => {
  // Each holder of the row has it who has an account; one is enough.
  let certificate: string | undefined;
  const reasons: RowReason[] = [];
  for (const { holder: document } of row.joint ?? [row]) {
    const holder = await deps.holders.named(document);
    if (holder?.state !== 'active') {
      reasons.push('no_account');
      continue;
    }
    try {
      certificate = (await deps.credentials.ensureRow(holder, typeId, row.key, context)).id;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.code === 'forbidden') reasons.push('proofing_level');
      else if (error.code === 'approval_needed') reasons.push('approval_needed');
      else if (error.code === 'register_entry_faulty' || error.code === 'not_in_register')
        reasons.push('row_not_issuable');
      else throw error;
    }
  }
  return certificate === undefined ? { reasons: [...new Set(reasons)] } : { certificate };
};

/** One line: a certificate for its row, or why there is none. */
export const outcomeOf = async (
  deps: IssueRegisterDeps,
  typeId: string,
  { line, row, findings }: RegisterLine,
  context: ActContext,
): Promise<RowOutcome> => {
  if (row) return { line, key: row.key, ...(await issueRow(deps, typeId, row, context)) };
  const blocking = findings.filter(({ effect }) => effect === 'blocked').map(({ code }) => code);
  return { line, reasons: [...new Set(blocking)] };
};

/** Throws not_found for a register whose adapter cannot list its rows: a department's own over HTTP. */
export const issueRegister = async (
  deps: IssueRegisterDeps,
  typeId: string,
  context: ActContext,
): Promise<RegisterWalk> => {
  const type = deps.catalogue.get(typeId);
  const register = deps.registers.get(type.register);
  if (!register.lines)
    throw new ServiceError('not_found', { detail: `the register ${register.id} does not list its rows` });
  const lines: RowOutcome[] = [];
  for (const line of await register.lines()) lines.push(await outcomeOf(deps, typeId, line, context));
  const counts: RegisterWalk['counts'] = {};
  for (const reason of lines.flatMap(({ reasons }) => reasons ?? []))
    counts[reason] = (counts[reason] ?? 0) + 1;
  const issued = lines.filter(({ certificate }) => certificate !== undefined).length;
  return {
    type: type.id,
    register: register.id,
    rows: lines.length,
    issued,
    refused: lines.length - issued,
    counts,
    lines,
  };
};
