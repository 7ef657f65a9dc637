import { seconds } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { checkCreditCode, normaliseDocumentNumber } from '../identifiers/index.ts';
import { AlreadyExists } from '../storage/index.ts';
import type { EnterprisesContext } from './context.ts';
import { newId } from './enterprise-store.ts';

/** An officer has seen that this code, whose check character is wrong, is really registered (GB 32100, issue 4). */
export interface CodeOverride {
  id: string;
  creditCode: string;
  /** Which document showed it: a file number or the like, nobody's name. */
  evidence: string;
  acceptedBy: string;
  acceptedAt: number;
}

export interface AcceptCodeInput {
  creditCode: string;
  evidence: string;
  /** `account:<id>` of the officer, or `cli`. */
  actor: string;
  requestId?: string;
}

const evidencePattern = /^[\p{L}\p{N}〔〕（）()[\]\-/.:#号 ]{4,100}$/u;

/** Records the override once; the register must have the enterprise all the same. */
export const acceptCreditCode = async (
  { audit, clock, register, store }: EnterprisesContext,
  input: AcceptCodeInput,
): Promise<CodeOverride> => {
  const creditCode = normaliseDocumentNumber(input.creditCode);
  const evidence = input.evidence.trim();
  const check = checkCreditCode(creditCode);
  if (check.ok || check.fault !== 'checksum') {
    throw new ServiceError('invalid_request', { detail: 'only a wrong check character can be overridden' });
  }
  if (!evidencePattern.test(evidence)) {
    throw new ServiceError('invalid_request', {
      detail: 'evidence: name the document seen by its number, 4 to 100 characters',
    });
  }
  if (!(await register.find(creditCode))) throw new ServiceError('not_in_register');
  const { actor, requestId } = input;
  const override: CodeOverride = {
    id: newId('override'),
    creditCode,
    evidence,
    acceptedBy: actor,
    acceptedAt: seconds(clock),
  };
  try {
    await store.overrides.insert(override);
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    return (await store.overrides.find('creditCode', creditCode))[0]!;
  }
  await audit.append({ action: 'credit_code.accepted', actor, object: override.id, result: 'ok', requestId });
  return override;
};
