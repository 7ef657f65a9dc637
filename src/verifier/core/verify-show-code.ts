/** The show code and the view inside it: docs/show-code.md §5, in its order. */

import { decodeSign1, type Sign1, signatureInput } from './cose.ts';
import { sameBytes, toHex, verifyEs256 } from './crypto.ts';
import { type Examination, examine } from './examination.ts';
import { judgeKey, noteType } from './judge-key.ts';
import { checkClock, checkStatus, checkValidity } from './judge-status.ts';
import type { PackType, PackView } from './pack.ts';
import {
  type ParsedView,
  parseShowing,
  parseView,
  type Showing,
  shortKid,
  showCodeMaxLength,
} from './show-code.ts';
import type { TrustListIssuer, TrustListKey } from './trust-list.ts';
import type { Trusted, VerifyOptions } from './trusted.ts';
import type { Verdict, VerdictField } from './verdict.ts';
import { checkField } from './view-field.ts';

const maxAge = 60;
const maxAhead = 30;
/** The second code of a careful view comes within this time of the first. Seconds. */
const secondCodeWithin = 180;
/** A view that names nobody cannot be revoked: it lives 72 hours at most. */
export const anonymousSeconds = 72 * 3600;

interface Judged {
  type: PackType;
  definition: PackView;
  issuer: TrustListIssuer;
}

interface JudgedView extends Judged {
  view: ParsedView;
}

/** A QR text: issuer's view and the phone's fresh proof. */
export const verifyShowCode = (text: string, trusted: Trusted, options: VerifyOptions): Promise<Verdict> =>
  examine('show-code', async (examination: Examination) => {
    examination.check('length', text.length <= showCodeMaxLength, 'malformed');
    const showing = examination.found('readable', parseShowing(text), 'malformed');
    const judged = await checkView(examination, showing.view, trusted);
    // Known from here on: what is refused by its time or proof is told to its holder as well.
    if (judged.view.status && !judged.definition.anonymous)
      examination.known.statusEntry = judged.view.status;
    const proven = await verifyEs256(
      judged.view.deviceKey,
      signatureInput(showing.layer),
      showing.layer.signature,
    );
    examination.check('holder-signature', proven, 'wrong_holder');
    examination.known.holderProven = true;
    examination.known.madeAt = showing.iat;

    checkClock(examination, trusted, options);
    checkValidity(examination, judged.view, options.now);
    examination.check('code-not-from-the-future', showing.iat <= options.now + maxAhead, 'clock_wrong');
    examination.check('code-fresh', showing.iat >= options.now - maxAge, 'code_expired');
    checkNonce(examination, showing, options);
    examination.known.fields = readFields(examination, judged.view, judged.definition);
    checkStatusOf(examination, judged, trusted, options);
    checkAnswer(examination, judged);
    checkSecondCode(examination, showing, judged, options);
    checkReplay(examination, showing, judged.view, options);
  });

/** A bare view, without any proof by the phone: for the issuer before it releases one and the wallet that gets it. */
export const verifyView = (bytes: Uint8Array, trusted: Trusted, options: VerifyOptions): Promise<Verdict> =>
  examine('show-code', async (examination: Examination) => {
    examination.check('length', bytes.length <= showCodeMaxLength, 'malformed');
    const layer = examination.found('readable', decodeSign1(bytes), 'malformed');
    const judged = await checkView(examination, layer, trusted);
    checkClock(examination, trusted, options);
    checkValidity(examination, judged.view, options.now);
    examination.known.fields = readFields(examination, judged.view, judged.definition);
    checkStatusOf(examination, judged, trusted, options);
  });

const checkView = async (examination: Examination, layer: Sign1, trusted: Trusted): Promise<JudgedView> => {
  const view = examination.found('view-readable', parseView(layer), 'malformed');
  return { view, ...(await checkIssuerLayer(examination, layer, view, view.nbf, trusted)) };
};

/** Who signed a layer that names its key by eight bytes, and which view of which type it is. */
export const checkIssuerLayer = async (
  examination: Examination,
  layer: Sign1,
  named: Pick<ParsedView, 'shortKid' | 'number'>,
  signedAt: number,
  trusted: Trusted,
): Promise<Judged> => {
  const candidates = trusted.keys.filter(({ kid }) => sameBytes(shortKid(kid), named.shortKid));
  examination.check('issuer-key-known', candidates.length > 0, 'unknown_issuer');
  const key = await firstThatFits(candidates, layer);
  const signer = examination.found('issuer-signature', key, 'tampered');
  const type = trusted.types.find(({ views }) => views.some(({ number }) => number === named.number));
  const definition = type?.views.find(({ number }) => number === named.number);
  examination.check('view-known', type !== undefined && definition !== undefined, 'unsupported');
  noteType(examination, trusted, type);
  examination.known.view = { number: definition.number, name: definition.name };
  const issuer = judgeKey(examination, trusted, { key: signer, type, signedAt });
  return { type, definition, issuer };
};

// The short kid is only a hint: two keys may share it, so each is tried.
const firstThatFits = async (candidates: TrustListKey[], layer: Sign1): Promise<TrustListKey | undefined> => {
  for (const key of candidates) {
    if (await verifyEs256(key.jwk, signatureInput(layer), layer.signature)) return key;
  }
  return undefined;
};

/** The values of a layer as the view's definition names them, in its order. */
export const readFields = (
  examination: Examination,
  { values }: Pick<ParsedView, 'values'>,
  definition: PackView,
): VerdictField[] => {
  const defined = new Set(definition.fields.map(({ key }) => key));
  examination.check(
    'fields-known',
    [...values.keys()].every((key) => defined.has(key)),
    'unsupported',
  );
  const fields = definition.fields
    .filter(({ key }) => values.has(key))
    .map((field) => checkField(field, values.get(field.key)));
  examination.check(
    'fields-readable',
    fields.every((field) => field !== undefined),
    'malformed',
  );
  return fields.filter((field) => field !== undefined);
};

const checkStatusOf = (
  examination: Examination,
  { view, type, definition }: JudgedView,
  trusted: Trusted,
  { now }: VerifyOptions,
): void => {
  if (definition.anonymous) {
    // It names no certificate whose status could be asked for; the short life stands in its place.
    examination.check('no-status', view.status === undefined, 'malformed');
    examination.check('short-life', view.exp - view.nbf <= anonymousSeconds, 'malformed');
    examination.check('pack-fresh', now <= trusted.expiresAt, 'stale_pack');
    return;
  }
  const { list, index } = examination.found('status-named', view.status, 'malformed');
  checkStatus(examination, trusted, { references: [{ list }], index, type, now });
};

/** Beside the answer, who shows it for its holder. */
const shownByKey = 23;

/** A view that only answers must not turn green on a no: who looks from a metre away reads the colour. */
const checkAnswer = (examination: Examination, { view, definition }: JudgedView): void => {
  const answers = definition.fields.filter(({ key }) => key !== shownByKey);
  if (answers.length === 0 || answers.some(({ kind }) => kind !== 'flag')) return;
  examination.check(
    'answer-is-yes',
    answers.every(({ key }) => view.values.get(key) === true),
    'answer_no',
  );
};

const checkNonce = (examination: Examination, { cnonce }: Showing, { nonce }: VerifyOptions): void => {
  if (!nonce) return;
  examination.check('counter-nonce-there', cnonce !== undefined, 'careful_second_code');
  examination.check('counter-nonce', sameBytes(cnonce, nonce), 'replayed');
};

/**
 * A careful view is green on the counter's own nonce, or on a second code of the same view that the phone made after
 * this counter scanned the first: one forwarded picture is not enough.
 */
const checkSecondCode = (
  examination: Examination,
  showing: Showing,
  { view, definition }: JudgedView,
  { now, nonce, firstCode }: VerifyOptions,
): void => {
  if (!definition.careful || nonce) return;
  const cti = toHex(view.cti);
  const first =
    firstCode?.cti === cti && now - firstCode.scannedAt <= secondCodeWithin ? firstCode : undefined;
  examination.known.firstCode = first ?? { cti, madeAt: showing.iat, scannedAt: now };
  const second = first !== undefined && showing.iat > first.madeAt && showing.iat >= first.scannedAt;
  examination.check('second-code', second, 'careful_second_code');
  delete examination.known.firstCode;
};

// By (cti, iat), never by the signature's bytes: ECDSA signatures can be altered and still fit.
const checkReplay = (
  examination: Examination,
  { iat }: Showing,
  { cti }: ParsedView,
  { seen }: VerifyOptions,
): void => {
  if (!seen) return;
  examination.check('first-use', seen.add(`${toHex(cti)}.${iat}`, iat + 2 * maxAge), 'replayed');
};
