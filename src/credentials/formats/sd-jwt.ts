/** SD-JWT VC (draft-ietf-oauth-sd-jwt-vc), ES256: the JWT is fixed once, and only its third part is a signature. */
import { createHash, randomBytes } from 'node:crypto';
import { typeUrl } from '../catalogue/write-type-documents.ts';
import {
  type CopyContent,
  type CredentialFormat,
  clockAllowance,
  endAfterDays,
  startOfHour,
} from './format.ts';

const algorithm = 'ES256';

export interface SdJwtContent {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  /** Names of the claims that are disclosed one by one. */
  selective: ReadonlySet<string>;
  /** RFC 9901 §9.3: at least 128 random bits, fresh for each disclosure. */
  salt(): string;
}

const encodeJson = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A flat SD-JWT (RFC 9901 §4), before its signature: byte for byte what @sd-jwt/core writes for the same salts. */
export const writeSdJwt = ({
  header,
  claims,
  selective,
  salt,
}: SdJwtContent): { signingInput: string; disclosures: string[] } => {
  const payload: Record<string, unknown> = {};
  const disclosures: string[] = [];
  for (const [name, value] of Object.entries(claims)) {
    if (selective.has(name)) disclosures.push(encodeJson([salt(), name, value]));
    else payload[name] = value;
  }
  if (disclosures.length > 0) {
    // Sorted, so that their order tells nothing of what is in them (RFC 9901 §4.2.4.1).
    payload._sd = disclosures.map((text) => createHash('sha256').update(text).digest('base64url')).sort();
    payload._sd_alg = 'sha-256';
  }
  return { signingInput: `${encodeJson(header)}.${encodeJson(payload)}`, disclosures };
};

/** One draw for all disclosures of a copy: drawing costs more than hashing. */
const randomSalts = (count: number): (() => string) => {
  const random = randomBytes(16 * count);
  let taken = 0;
  return () => random.toString('base64url', 16 * taken, 16 * ++taken);
};

const claimsOf = ({ certificate, type, issuer, deviceKey, status, times, baseUrl }: CopyContent) => ({
  iss: issuer.url,
  iat: times.notBefore,
  nbf: times.notBefore,
  exp: times.expiresAt,
  vct: typeUrl(baseUrl, type.id),
  ...(deviceKey ? { cnf: { jwk: deviceKey.jwk } } : {}),
  status: { status_list: { idx: status!.index, uri: `${baseUrl}/status/${status!.list}` } },
  identifier: certificate.identifier,
  ...certificate.fields,
});

export const sdJwt: CredentialFormat = {
  alg: algorithm,
  // As our verifier reads a KB-JWT: a copy bound to another kind of key could never be presented to it.
  deviceKeyAlgs: ['ES256'],
  times: (now, copyDays) => ({
    notBefore: startOfHour(now) - clockAllowance,
    expiresAt: endAfterDays(now, copyDays),
  }),
  async build(content) {
    const { fields } = content.certificate;
    const selective = content.type.fields.filter((field) => field.selective && field.name in fields);
    const { signingInput, disclosures } = writeSdJwt({
      header: {
        typ: 'dc+sd-jwt',
        kid: content.kid,
        alg: algorithm,
        ...(content.x5c ? { x5c: content.x5c } : {}),
      },
      claims: claimsOf(content),
      selective: new Set(selective.map(({ name }) => name)),
      salt: randomSalts(selective.length),
    });
    return {
      toBeSigned: Buffer.from(signingInput, 'latin1'),
      async assemble(signature) {
        const { buffer, byteOffset, length } = signature;
        const text = Buffer.from(buffer, byteOffset, length).toString('base64url');
        return `${signingInput}.${text}~${disclosures.map((each) => `${each}~`).join('')}`;
      },
    };
  },
  async signedBytes(credential) {
    return new TextEncoder().encode(credential.split('~')[0]!.split('.').slice(0, 2).join('.'));
  },
  toWire: (credential) => credential,
};
