/** The paper slip: docs/paper-slip.md §4, in its order. It proves what the department said, and nobody's identity. */
import { type Examination, examine } from './examination.ts';
import { checkClock, checkStatus, checkValidity } from './judge-status.ts';
import { parseSlip, slipMaxLength } from './slip.ts';
import type { Trusted, VerifyOptions } from './trusted.ts';
import type { Verdict } from './verdict.ts';
import { checkIssuerLayer, readFields } from './verify-show-code.ts';

const identifierRoot = '1.2.156.3005.2';
const labels = {
  identifier: { zh: '电子证照标识', en: 'Certificate identifier' },
  printed: { zh: '凭条签发日期', en: 'Slip made on' },
  until: { zh: '凭条有效期止', en: 'Slip ends on' },
};

const dayOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

export const verifySlip = (text: string, trusted: Trusted, options: VerifyOptions): Promise<Verdict> =>
  examine('slip', async (examination: Examination) => {
    examination.check('length', text.length <= slipMaxLength, 'malformed');
    const slip = examination.found('readable', parseSlip(text), 'malformed');
    const judged = await checkIssuerLayer(examination, slip.layer, slip, slip.iat, trusted);
    const { type, definition, issuer } = judged;
    examination.check('slip-of-this-type', type.slip?.view === definition.number, 'unsupported');
    checkClock(examination, trusted, options);
    checkValidity(examination, { nbf: slip.iat, exp: slip.exp }, options.now);
    const identifier = [identifierRoot, type.slip.type_code, issuer.credit_code, slip.identifier].join('.');
    examination.known.fields = [
      ...readFields(examination, slip, definition),
      { name: 'identifier', label: labels.identifier, value: identifier },
      { name: 'slip_made', label: labels.printed, value: dayOf(slip.iat) },
      { name: 'slip_ends', label: labels.until, value: dayOf(slip.exp) },
    ];
    const { list, index } = slip.status;
    checkStatus(examination, trusted, { references: [{ list }], index, type, now: options.now });
  });
