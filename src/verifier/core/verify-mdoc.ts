/** ISO mdoc: issuer's signature, digests, times, status, and the device's signature over a session of this reader. */
import { signatureInput } from './cose.ts';
import { ownBytes, sameBytes, verifyEs256 } from './crypto.ts';
import { type Examination, examine } from './examination.ts';
import { judgeKey, noteType } from './judge-key.ts';
import { checkClock, checkStatus, checkValidity } from './judge-status.ts';
import {
  deviceAuthentication,
  elementText,
  type IssuerSigned,
  type MobileSecurityObject,
  parseMdoc,
  parseMso,
  type ShownDocument,
} from './mdoc.ts';
import type { PackMdoc } from './pack.ts';
import type { TrustListKey } from './trust-list.ts';
import type { Trusted, VerifyOptions } from './trusted.ts';
import type { Verdict, VerdictField } from './verdict.ts';
import { flagText } from './view-field.ts';
import { readCertificate, thumbprintOf } from './x509.ts';

/** Base64url of an IssuerSigned (as a wallet gets it) or a DeviceResponse (as a reader gets it). */
export const verifyMdoc = (text: string, trusted: Trusted, options: VerifyOptions): Promise<Verdict> =>
  examine('mso_mdoc', async (examination: Examination) => {
    const { issuerSigned, shown } = examination.found('readable', parseMdoc(text), 'malformed');
    const { key, certificate } = await findKey(examination, issuerSigned, trusted);
    const signed = await verifyEs256(
      key.jwk,
      signatureInput(issuerSigned.issuerAuth),
      issuerSigned.issuerAuth.signature,
    );
    examination.check('issuer-signature', signed, 'tampered');
    const mso = examination.found('mso-readable', parseMso(issuerSigned.issuerAuth.payload), 'malformed');
    examination.check('digests', await digestsFit(issuerSigned, mso), 'tampered');
    if (shown) examination.check('document-type', shown.docType === mso.docType, 'tampered');

    const type = trusted.types.find(({ mdoc }) => mdoc?.doctype === mso.docType);
    examination.check('type-known', type?.mdoc !== undefined, 'unsupported');
    noteType(examination, trusted, type!);
    judgeKey(examination, trusted, { key, type: type!, signedAt: mso.signed });
    const { notBefore, notAfter } = certificate;
    examination.check(
      'certificate-in-its-time',
      notBefore <= mso.signed && mso.signed <= notAfter,
      'unknown_issuer',
    );

    checkClock(examination, trusted, options);
    checkValidity(
      examination,
      { nbf: Math.max(mso.signed, mso.validFrom), exp: mso.validUntil },
      options.now,
    );
    await checkDevice(examination, mso, shown, options);
    examination.known.fields = readFields(examination, issuerSigned, type!.mdoc!);
    const status = examination.found('status-named', mso.status, 'status_unknown');
    checkStatus(examination, trusted, {
      references: [{ uri: status.uri }],
      index: status.idx,
      type: type!,
      now: options.now,
    });
  });

/** The certificate only says which key of the list to try: nobody is believed for having one. */
const findKey = async (
  examination: Examination,
  { issuerAuth }: IssuerSigned,
  trusted: Trusted,
): Promise<{ key: TrustListKey; certificate: { notBefore: number; notAfter: number } }> => {
  const certificate = examination.found(
    'certificate-readable',
    readCertificate(issuerAuth.x5chain[0]!),
    'malformed',
  );
  const kid = await thumbprintOf(certificate.key);
  const key = trusted.keys.find((one) => one.kid === kid);
  return { key: examination.found('issuer-key-known', key, 'unknown_issuer'), certificate };
};

/** Every disclosed item against the MSO, with the algorithm the MSO names: none is taken from what is shown. */
const digestsFit = async (
  { items }: IssuerSigned,
  { digests, digestAlgorithm }: MobileSecurityObject,
): Promise<boolean> => {
  for (const { namespace, digestId, encoded } of items) {
    const expected = digests.get(namespace)?.get(digestId);
    const digest = await globalThis.crypto.subtle.digest(digestAlgorithm, encoded);
    if (!expected || !sameBytes(expected, new Uint8Array(digest))) return false;
  }
  return true;
};

// Without a session of this reader to compare with, a device's signature may be one made for another: it proves nobody.
const checkDevice = async (
  examination: Examination,
  mso: MobileSecurityObject,
  shown: ShownDocument | undefined,
  { sessionTranscript }: VerifyOptions,
): Promise<void> => {
  if (!sessionTranscript) return;
  const document = examination.found('device-signed-there', shown, 'wrong_holder');
  const signature = examination.found('device-signature-there', document.deviceSignature, 'unsupported');
  const payload = deviceAuthentication(ownBytes(sessionTranscript), document);
  const proven = await verifyEs256(
    mso.deviceKey,
    signatureInput({ ...signature, payload }),
    signature.signature,
  );
  examination.check('device-signature', proven, 'wrong_holder');
  examination.known.holderProven = true;
};

const readFields = (
  examination: Examination,
  { items }: IssuerSigned,
  { elements }: PackMdoc,
): VerdictField[] => {
  const fields = new Map<string, VerdictField>();
  for (const { namespace, element, name, label } of elements) {
    const item = items.find((one) => one.namespace === namespace && one.element === element);
    if (!item || fields.has(name)) continue;
    const { value } = item;
    const text = typeof value === 'boolean' ? flagText(value) : elementText(value);
    const shown = examination.found('fields-readable', text, 'malformed');
    fields.set(name, { name, label, value: shown });
  }
  return [...fields.values()];
};
