/** Walks one register to its end: a certificate for every row, or the reason why there is none (SHR-4). */
import type { Accounts } from '../accounts/index.ts';
import { ServiceError } from '../errors.ts';
import type { Catalogue } from './catalogue/certificate-type.ts';
import { notYetIssuedTo } from './catalogue/holders.ts';
import type { ActContext, Credentials } from './index.ts';
import type { IntakeCode, RegisterLine, RegisterRow, Registers } from './registers/register.ts';

export type RowReason =
  | IntakeCode
  /** The type's file is complete, and nothing is issued to enterprises yet. */
  | 'enterprise_holder'
  /** Nobody of this name and number has an account. */
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
  accounts: Pick<Accounts, 'findByDocument'>;
  catalogue: Catalogue;
  credentials: Pick<Credentials, 'ensureRow'>;
  registers: Registers;
}

const issueRow = async (
  deps: IssueRegisterDeps,
  typeId: string,
  row: RegisterRow,
  context: ActContext,
): Promise<{ certificate: string } | { reasons: RowReason[] }> => {
  const enterprise = row.holder.kind === '001';
  if (enterprise && notYetIssuedTo(deps.catalogue.get(typeId)).includes('enterprise'))
    return { reasons: ['enterprise_holder'] };
  const account = await deps.accounts.findByDocument(row.holder.kind, row.holder.number);
  if (account?.state !== 'active') return { reasons: ['no_account'] };
  try {
    return { certificate: (await deps.credentials.ensureRow(account, typeId, row.key, context)).id };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code === 'forbidden') return { reasons: ['proofing_level'] };
    if (error.code === 'approval_needed') return { reasons: ['approval_needed'] };
    if (error.code === 'register_entry_faulty' || error.code === 'not_in_register')
      return { reasons: ['row_not_issuable'] };
    throw error;
  }
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
