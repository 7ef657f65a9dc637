/** One door for all formats: looks at the first characters. Whatever the input, the answer is a verdict. */
import { annotatedCopyTyp } from './annotated-copy.ts';
import { type Examination, examine } from './examination.ts';
import { parseJws } from './jws.ts';
import { showCodePrefix } from './show-code.ts';
import { slipPrefix } from './slip.ts';
import type { Trusted, VerifyOptions } from './trusted.ts';
import type { Verdict } from './verdict.ts';
import { verifyAnnotatedCopy } from './verify-annotated-copy.ts';
import { verifySdJwt } from './verify-sd-jwt.ts';
import { verifyShowCode } from './verify-show-code.ts';
import { verifySlip } from './verify-slip.ts';

export { verifyView } from './verify-show-code.ts';

/** Judges a QR text, an annotated copy, an SD-JWT VC, a W3C credential as JSON text, or an ISO mdoc in base64url. */
export const verify = async (input: string, trusted: Trusted, options: VerifyOptions): Promise<Verdict> => {
  if (typeof input !== 'string') return unreadable();
  // Base45's last digit is never its space (65535 / 45² < 36), so a scanner's line end may be trimmed.
  const text = input.trim();
  if (text.startsWith(showCodePrefix)) return verifyShowCode(text, trusted, options);
  if (text.startsWith(slipPrefix)) return verifySlip(text, trusted, options);
  if (text.startsWith('{')) return (await import('./verify-ldp-vc.ts')).verifyLdpVc(input, trusted, options);
  const copy = parseJws(text, annotatedCopyTyp);
  if (copy) return verifyAnnotatedCopy(copy, trusted, options);
  if (/^[\w-]+\.[\w-]+\.[\w-]*(~|$)/.test(text)) return verifySdJwt(text, trusted, options);
  // Base64url of a CBOR map with up to 15 members: 0xa0-0xaf.
  if (/^o[\w-]+$/.test(text)) return (await import('./verify-mdoc.ts')).verifyMdoc(text, trusted, options);
  return unreadable();
};

const unreadable = (): Promise<Verdict> =>
  examine('unknown', async (examination: Examination) => examination.check('readable', false, 'malformed'));
