/** Annotated copy 加注件 (CTR-3): the department's signature, what it was made for, until when, and the certificate's status. */
import { type Examination, examine } from './examination.ts';
import { clockTolerance, judgeKey, noteType } from './judge-key.ts';
import { checkClock, checkStatus } from './judge-status.ts';
import { type Jws, verifyJws } from './jws.ts';
import { isObject, type JsonObject } from './strict-json.ts';
import type { Trusted, VerifyOptions } from './trusted.ts';
import { labelledFields } from './type-fields.ts';
import type { CopyNote, LocalText, Verdict } from './verdict.ts';

export const verifyAnnotatedCopy = (
  { header, payload, signingInput, signature }: Jws,
  trusted: Trusted,
  options: VerifyOptions,
): Promise<Verdict> =>
  examine('annotated-copy', async (examination: Examination) => {
    const key = examination.found(
      'issuer-key-known',
      trusted.keys.find(({ kid }) => kid === header.kid),
      'unknown_issuer',
    );
    const fits = await verifyJws({ header, payload, signingInput, signature }, key.jwk);
    examination.check('issuer-signature', fits, 'tampered');
    // It proves no holder: whoever asks for one is shown a file.
    examination.check('key-binding-there', options.keyBinding === undefined, 'wrong_holder');
    const type = examination.found(
      'type-known',
      trusted.types.find(({ vct }) => vct === payload.vct),
      'unsupported',
    );
    noteType(examination, trusted, type);
    const note = examination.found('note', noteOf(payload), 'malformed');
    const issuer = judgeKey(examination, trusted, { key, type, signedAt: note.madeAt });
    examination.check('issuer-is-signer', payload.iss === issuer.url, 'issuer_not_allowed');
    examination.known.copyNote = note;
    const { fields } = payload;
    examination.known.fields = examination.found(
      'fields-readable',
      isObject(fields) ? labelledFields(type, fields) : undefined,
      'malformed',
    );
    checkClock(examination, trusted, options);
    examination.check('valid-from', options.now >= note.madeAt - clockTolerance, 'not_yet_valid');
    examination.check('copy-in-its-time', options.now < note.expiresAt, 'expired_copy');
    const status = examination.found('status-named', statusOf(payload), 'status_unknown');
    checkStatus(examination, trusted, {
      references: [{ uri: status.uri }],
      index: status.idx,
      type,
      now: options.now,
    });
  });

const isTime = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

const isText = (value: unknown): value is LocalText & JsonObject =>
  isObject(value) && typeof value.zh === 'string' && typeof value.en === 'string';

const noteOf = ({ jti, iat, exp, maker, purpose }: JsonObject): CopyNote | undefined =>
  typeof jti === 'string' && isTime(iat) && isTime(exp) && isText(maker) && isText(purpose)
    ? {
        number: jti,
        maker: { zh: maker.zh, en: maker.en },
        purpose: { zh: purpose.zh, en: purpose.en },
        madeAt: iat,
        expiresAt: exp,
      }
    : undefined;

const statusOf = ({ status }: JsonObject): { idx: number; uri: string } | undefined => {
  const reference = isObject(status) ? status.status_list : undefined;
  if (!isObject(reference)) return undefined;
  const { idx, uri } = reference;
  return Number.isSafeInteger(idx) && typeof uri === 'string' ? { idx: idx as number, uri } : undefined;
};
